#pragma once

#include <cstdint>
#include <vector>

#include "core/result.hpp"
#include "fhir-target/fault.hpp"

namespace fhirehose::target {

/// A content that has come in: what a decision may depend on.
struct Sighting {
  std::uint64_t content = 0;  ///< hash of what was asked for, see content_of
  std::uint32_t seen = 0;     ///< how often it had come before
  std::uint32_t faults = 0;   ///< how many of those times it was given a fault
};

/// Decides who is treated badly: a pure function of (seed, content, times seen). Neither the order
/// of arrival nor the clock matters, so that a seed reproduces with any number of threads.
/// Immutable, so thread-safe.
class FaultPlan {
 public:
  FaultPlan() = default;
  /// After `cap` faults a content is let through; 0: never. `faults` have rates that sum up to at
  /// most 1, for requests and for entries; see check_rates.
  FaultPlan(std::uint64_t seed, std::uint32_t cap, std::vector<Fault> faults);

  /// The one fault of a request, or null. Of latencies there may be any number besides.
  [[nodiscard]] const Fault* for_request(const Sighting& sighting) const;
  /// The one fault of an entry of a bundle, or null.
  [[nodiscard]] const Fault* for_entry(const Sighting& sighting) const;
  /// The sum of all latencies that it meets.
  [[nodiscard]] Microseconds latency(const Sighting& sighting) const;
  /// Where its answer is cut: from 0 (nothing of the body) to below 1 (all but a byte).
  [[nodiscard]] double cut_at(const Sighting& sighting) const;
  [[nodiscard]] bool empty() const {
    return requests_.empty() && entries_.empty() && late_.empty();
  }

 private:
  /// Draws are independent where this differs.
  enum class Question : std::uint32_t { kRequest, kEntry, kCut, kLatency };
  /// From 0 to below 1.
  [[nodiscard]] double draw(const Sighting& sighting, std::uint32_t question) const;
  [[nodiscard]] const Fault* choose(const std::vector<Fault>& faults, const Sighting& sighting,
                                    Question question) const;

  std::uint64_t seed_ = 0;
  std::uint32_t cap_ = 0;
  std::vector<Fault> requests_;
  std::vector<Fault> entries_;
  std::vector<Fault> late_;  ///< Kind::kLatency
};

/// kUsage where the rates for requests, or those for entries, sum up to more than 1.
core::Status check_rates(const std::vector<Fault>& faults);

}  // namespace fhirehose::target
