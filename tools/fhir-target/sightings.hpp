#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string_view>
#include <unordered_map>

#include "fhir-target/bundle_frame.hpp"
#include "fhir-target/fault_plan.hpp"

namespace fhirehose::target {

/// What tells contents apart: two requests or entries that ask for the same have the same.
std::uint64_t content_of(std::string_view method, std::string_view url, std::string_view body);
/// An entry's. The resource counts where the frame was scanned, so not in Mode::kCount.
std::uint64_t content_of(const Entry& entry);

struct SightingTally {
  std::uint64_t distinct = 0;
  std::uint64_t again = 0;             ///< came although the same had come before
  std::uint64_t again_after_done = 0;  ///< of those: although it had been done already
};

/// Remembers every content that has come: about 50 bytes each. Thread-safe.
class Sightings {
 public:
  using Decide = std::function<const Fault*(const Sighting&)>;
  struct Met {
    Sighting sighting{};
    const Fault* fault = nullptr;
  };
  /// Takes note of one more coming, and of the fault that `decide` gives to it, at once: two
  /// threads with the same content never count as the same time.
  Met meet(std::uint64_t content, const Decide& decide);
  /// What it asked for has been done.
  void mark_done(std::uint64_t content);

  /// For a new plan all contents are new; that they have come and were done stays known.
  void begin_plan();
  [[nodiscard]] SightingTally tally() const;
  void forget();

 private:
  struct Seen {
    std::uint32_t times = 0;  ///< since the plan began, as `faults`
    std::uint32_t faults = 0;
    bool done = false;
  };
  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::unordered_map<std::uint64_t, Seen> seen_;
  SightingTally tally_;
};

}  // namespace fhirehose::target
