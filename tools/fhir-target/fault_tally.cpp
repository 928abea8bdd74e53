#include "fhir-target/fault_tally.hpp"

namespace fhirehose::target {

void FaultTally::count(std::string_view kind) {
  const std::scoped_lock lock(mutex_);
  const auto found = counts_.find(kind);
  if (found != counts_.end()) {
    ++found->second;
  } else {
    counts_.emplace(kind, 1);
  }
}

FaultTally::Counts FaultTally::counts() const {
  const std::scoped_lock lock(mutex_);
  return counts_;
}

void FaultTally::reset() {
  const std::scoped_lock lock(mutex_);
  counts_.clear();
}

}  // namespace fhirehose::target
