#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>

#include "core/resource_key.hpp"
#include "core/resource_type.hpp"
#include "deferral/set_aside.hpp"
#include "index/key_filter.hpp"
#include "sink/sink.hpp"

namespace fhirehose::deferral {

/// What has to be loaded before a refused record is worth another try.
struct Awaited {
  enum class Kind : std::uint8_t {
    kRecord,    ///< the one that the server has named
    kOfType,    ///< one of this type: the server has named a search
    kAnything,  ///< it has named nothing
    kDeletion,  ///< a DELETE: one of what refers to it
  };
  Kind kind = Kind::kAnything;
  core::ResourceType type{};  ///< of kRecord and kOfType only
  core::ResourceKey key;      ///< of kRecord only
};

/// Reads what the target has named.
Awaited awaited(const sink::Refusal& refusal);

/// A record that waits; its content is on disk. 96 bytes.
struct Waiting {
  enum class State : std::uint8_t { kWaiting, kSent, kEnded };
  core::ResourceKey key;  ///< at the target
  Awaited awaits;
  Place record;
  Place refusal;                     ///< the last one
  std::uint64_t since = 0;           ///< loads, when that was sent
  std::uint64_t sent_in_circle = 0;  ///< loads then, and 1; 0: it was not
  std::uint32_t circle = 0;          ///< members of the one that was sent or too large
  State state = State::kWaiting;
};
static_assert(sizeof(Waiting) <= 96);

/// How much of what has been loaded, and, nearly exactly, what. One thread at a time.
class Loads {
 public:
  /// With a filter of `filter_bytes` for so many records; without one, of 0 bytes, everything may
  /// have been loaded.
  Loads(std::uint64_t records, std::uint64_t filter_bytes);

  void add(core::ResourceType type, const core::ResourceKey& key);
  void add_deletion();
  /// What is sent from now on does not know what was loaded before.
  void begin_step();
  /// For Waiting::since of what is refused now: loads before it was sent.
  [[nodiscard]] std::uint64_t before(const Awaited& awaited) const;
  /// Loads of what may be awaited until now.
  [[nodiscard]] std::uint64_t now(const Awaited& awaited) const;
  /// With deletions.
  [[nodiscard]] std::uint64_t all() const { return counts_.all + counts_.deletions; }
  [[nodiscard]] bool may_have(const core::ResourceKey& key) const;

 private:
  struct Counts {
    std::uint64_t all = 0;
    std::uint64_t deletions = 0;
    std::array<std::uint64_t, core::kResourceTypeCount> of_type{};
    [[nodiscard]] std::uint64_t of(const Awaited& awaited) const;
  };
  Counts counts_;
  Counts at_step_;
  std::optional<index::KeyFilter> filter_;
};

/// Whether what it awaits was loaded after it had been sent.
bool is_due(const Waiting& waiting, const Loads& loads);

}  // namespace fhirehose::deferral
