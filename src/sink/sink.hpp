#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "lane/bundle.hpp"
#include "lane/pace.hpp"

namespace fhirehose::sink {

/// What a target is like, as far as the load has to know.
struct Traits {
  std::string name;          ///< for the report: `HAPI FHIR 8.8.0`, `SQLite`
  std::string profile = {};  ///< of the server, by name: `hapi`; empty: it has none
  bool keeps_what_it_takes = true;
  bool refuses_numeric_ids = false;   ///< ids of digits only, from clients
  bool checks_references = false;     ///< types go in phases, and transactions are kept whole
  bool dates_itself = false;          ///< meta.lastUpdated is when it took a resource
  bool needs_patients_apart = false;  ///< writes of one patient must not race
  std::uint32_t threads = 0;          ///< of its own that it keeps computing
  std::uint64_t bundle_bytes = 4 * core::kMiB;  ///< of a bundle at most, or one record
  std::uint32_t atomic_entries = 5'000;  ///< a source's transaction beyond these is not kept whole
  std::uint64_t atomic_bytes = 32 * core::kMiB;
  std::vector<std::string> warnings = {};  ///< sentences for a person
};

/// How much a target wants at once at the moment, and why.
struct Tempo {
  enum class Why : std::uint8_t {
    kFixed,     ///< it was asked for, or suits every target of this kind
    kKnee,      ///< more brings nothing
    kClimbing,  ///< it is still being found out
    kInput,     ///< there is not enough to send
  };
  lane::Pace pace;
  std::uint32_t resting = 0;  ///< bundles under way that wait, and take no place in `pace`
  Why why = Why::kFixed;
};

/// What a refused entry refers to and the target does not have.
struct MissingTarget {
  /// `Patient/x`; of a reference by search only its type, since the rest is content; empty where
  /// the target does not name it.
  std::string reference;
};

/// An entry that was not taken.
struct Refusal {
  std::uint32_t entry = 0;   ///< place in the bundle
  std::string reason = {};   ///< a sentence without what `missing` says; no resource content
  std::string outcome = {};  ///< the server's OperationOutcome, if any; for the dead letter only
  std::uint32_t attempts = 1;
  /// Set: the only reason, so that the entry may be taken once the target is there.
  std::optional<MissingTarget> missing = {};
  /// Likewise of a DELETE: others refer to what it deletes, and may go as well.
  bool still_referenced = false;

  [[nodiscard]] bool may_pass() const { return missing || still_referenced; }
};

/// What came of a bundle: entries that no refusal names were loaded, for good.
struct Delivery {
  lane::Bundle bundle;
  std::vector<Refusal> refusals;  ///< by entry, ascending
  /// Set: nothing of this bundle may count as loaded or rejected, and the run can't go on.
  std::optional<core::Error> stopped;
};

/// Called once a bundle, on any thread.
using OnDelivery = std::function<void(Delivery)>;

/// What has been sent so far. Readable at any time from any thread.
struct SinkCounters {
  std::uint64_t requests = 0;
  std::uint64_t retries = 0;
  std::uint64_t bytes_sent = 0;
};

/// Where resources go. open, then submit from any number of threads, then close; close returns when
/// all is delivered and durable. Computes on threads of its own.
class Sink {
 public:
  Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  virtual ~Sink() = default;

  /// Reaches the target, or says in a sentence why not (kUsage, kStop). Changes nothing there.
  virtual core::Result<Traits> open() = 0;
  /// Set before the first submit.
  virtual void on_delivery(OnDelivery callback) = 0;
  /// Likewise; called when the target wants more without having delivered anything.
  virtual void on_more(const std::function<void()>& /*callback*/) {}
  /// Readable at any time from any thread.
  [[nodiscard]] virtual Tempo tempo() const = 0;
  /// Hands a bundle over and returns soon; the delivery follows, or has even come. The caller keeps
  /// to the tempo, and patients apart where they need to be.
  virtual void submit(lane::Bundle bundle) = 0;
  /// Nothing is sent again from now on: what would be comes back stopped. Any thread.
  virtual void wind_down() {}
  virtual core::Status close() = 0;
  [[nodiscard]] virtual SinkCounters counters() const = 0;
};

}  // namespace fhirehose::sink
