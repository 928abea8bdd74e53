#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "lane/bundle.hpp"
#include "sink/sink.hpp"

namespace fhirehose::sink {

/// What a target is like to who reads it.
struct ReaderTraits {
  std::string name;                         ///< for the report: `HAPI FHIR 8.8.0`, `SQLite`
  bool refuses_numeric_ids = false;         ///< ids of digits only, from clients
  bool keeps_bytes = false;                 ///< what it was given comes back to the byte
  std::uint32_t threads = 0;                ///< of its own that it keeps computing
  std::uint32_t bundle_entries = 100;       ///< resources asked for at once at most
  std::uint64_t bundle_bytes = core::kMiB;  ///< or so many bytes of them, as the input has them
};

/// What a target holds where a record should be.
struct Stored {
  enum class Kind : std::uint8_t {
    kText,
    kMissing,
    kUnreadable,  ///< it has something to say of others, but not of this one
  };
  Kind kind = Kind::kMissing;
  std::string_view text = {};  ///< kText: what the target says is its JSON, unchecked
  std::string reason = {};     ///< kUnreadable: a sentence; no resource content
};

/// What came of reading a bundle back.
struct Reading {
  lane::Bundle bundle;
  std::vector<Stored> stored;  ///< by place in the bundle
  /// Set: nothing is known of this bundle, and the reading can't go on.
  std::optional<core::Error> stopped;
};

/// Called once a bundle, on any thread; the texts live until it returns. It may take the bundle,
/// and with it what that holds.
using OnReading = std::function<void(Reading&)>;

/// Reads back what a sink of the same target has written: by type and id.
/// Changes nothing there. open, then the rest from any number of threads.
class TargetReader {
 public:
  TargetReader() = default;
  TargetReader(const TargetReader&) = delete;
  TargetReader& operator=(const TargetReader&) = delete;
  /// All readings must have come.
  virtual ~TargetReader() = default;

  /// Reaches the target, or says in a sentence why not.
  virtual core::Result<ReaderTraits> open() = 0;
  /// How many resources of that type it holds, whoever wrote them; none where it does not tell.
  /// Blocks.
  virtual std::optional<std::uint64_t> count(core::ResourceType type) = 0;
  /// Set before the first read.
  virtual void on_reading(OnReading callback) = 0;
  /// Reads what stands for the bundle's entries; the reading follows, or has even come.
  virtual void read(lane::Bundle bundle) = 0;
  [[nodiscard]] virtual SinkCounters counters() const = 0;
};

}  // namespace fhirehose::sink
