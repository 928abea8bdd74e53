#include "compare/tally.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace fhirehose::compare {
namespace {

bool comes_before(const Finding& a, const Finding& b) {
  return std::tie(a.member, a.position) < std::tie(b.member, b.position);
}

}  // namespace

void Tally::count(core::ResourceType type, Outcome outcome) {
  counts_[core::index_of(type)][static_cast<std::size_t>(outcome)].fetch_add(
      1, std::memory_order_relaxed);
}

void Tally::keep(Finding finding) {
  const std::lock_guard lock(mutex_);
  findings_.push_back(std::move(finding));
  std::ranges::push_heap(findings_, comes_before);
  if (findings_.size() <= kept_) return;
  std::ranges::pop_heap(findings_, comes_before);
  findings_.pop_back();
}

Tally::Sums Tally::sums(core::ResourceType type) const {
  Sums sums{};
  for (std::size_t i = 0; i < kOutcomes; ++i) sums[i] = counts_[core::index_of(type)][i];
  return sums;
}

std::vector<Finding> Tally::findings() const {
  const std::lock_guard lock(mutex_);
  std::vector<Finding> sorted = findings_;
  std::ranges::sort(sorted, comes_before);
  return sorted;
}

}  // namespace fhirehose::compare
