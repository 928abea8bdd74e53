#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir-target/behaviour.hpp"
#include "fhir-target/bundle_frame.hpp"
#include "fhir-target/fault_tally.hpp"
#include "fhir-target/sightings.hpp"

namespace fhirehose::target {

/// A request before anyone has understood it.
struct Arrival {
  std::string_view method{};
  std::string_view url{};
  std::string_view body{};
  std::string_view authorization{};
};

/// What a request is in for.
struct Fate {
  std::shared_ptr<const Behaviour> behaviour{};  ///< what the pointer below points into
  const Fault* fault = nullptr;                  ///< null: none
  Microseconds latency{};
  double cut_at = 0;  ///< see FaultPlan::cut_at
};

struct MisconductTally {
  FaultTally::Counts faults{};             ///< by kind; `storm`, `bearer`, `overload` too
  std::uint64_t turned_away = 0;           ///< requests that no Endpoint has seen
  std::optional<SightingTally> entries{};  ///< where a history is kept
};

/// The server's present behaviour and all that it has to remember for it. Knows neither HTTP nor
/// what is stored, so it can't damage either. Thread-safe.
class Misconduct {
 public:
  /// `texts` have to be readable.
  explicit Misconduct(const BehaviourTexts& texts);

  /// Nobody has asked for anything: then no other member needs to be called. A single load.
  [[nodiscard]] bool plain() const { return plain_.load(std::memory_order_relaxed); }

  /// Counts the request.
  Fate meet(const Arrival& arrival);
  /// The fault of each entry, null for none; counts the entries.
  std::vector<const Fault*> meet_entries(const Fate& fate, const std::vector<Entry>& entries);
  void mark_done(const Fate& fate, const Entry& entry);
  void count_entry_fault(const Fault& fault) { faults_.count(fault.kind_name); }
  /// Takes a place in the queue: when it is to be answered; now, if there is no limit. A refusal
  /// where the queue is full.
  Answered<Capacity::Time> book(std::size_t entries);

  /// From now on. New faults, or a new seed, meet every content as if for the first time; a new
  /// storm counts from the next request. Requests in flight keep their fate. An error changes
  /// nothing. Two changes at a time: one of them may be lost.
  core::Status change(std::string_view json);
  [[nodiscard]] std::string behaviour_json() const;
  [[nodiscard]] MisconductTally tally() const;
  /// Forgets what has come and what was counted; the behaviour stays.
  void reset();

 private:
  void draw(const Arrival& arrival, Fate& fate);
  void count(const Fate& fate);
  void adopt(BehaviourTexts texts, Behaviour behaviour);

  std::atomic<bool> plain_ = true;
  mutable std::mutex mutex_;
  // Guarded by mutex_.
  BehaviourTexts texts_;
  std::shared_ptr<const Behaviour> behaviour_;
  std::optional<Capacity> capacity_;
  std::uint64_t arrivals_ = 0;  ///< since the storm was set

  Sightings requests_;
  Sightings entries_;
  FaultTally faults_;
  std::atomic<std::uint64_t> turned_away_ = 0;
};

}  // namespace fhirehose::target
