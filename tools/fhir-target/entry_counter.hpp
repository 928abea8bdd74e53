#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

#include "core/resource_type.hpp"
#include "fhir-target/bundle_frame.hpp"
#include "fhir-target/entry_answer.hpp"
#include "fhir-target/store.hpp"

namespace fhirehose::target {

/// Stands in the store's place in Mode::kCount: every write succeeds, and is only counted.
/// Thread-safe.
class EntryCounter {
 public:
  /// Answers each entry as created; one whose URL names no type answers 404.
  std::vector<EntryAnswer> count(const std::vector<Entry>& entries);

  [[nodiscard]] StoreTally tally() const;
  void reset();

 private:
  std::array<std::atomic<std::uint64_t>, core::kResourceTypeCount> counts_{};
};

}  // namespace fhirehose::target
