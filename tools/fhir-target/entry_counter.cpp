#include "fhir-target/entry_counter.hpp"

#include <string>
#include <utility>

#include "fhir-target/address.hpp"

namespace fhirehose::target {
namespace {

using Counts = std::array<std::uint32_t, core::kResourceTypeCount>;

EntryAnswer count_one(const Entry& entry, Counts& counts) {
  const auto address = read_address(entry.url);
  if (!address) return answer_of(address.error());
  ++counts[core::index_of(address->type)];
  return answer_of(Written{Written::Effect::kCreated, address->type, std::string(address->id), 1});
}

}  // namespace

std::vector<EntryAnswer> EntryCounter::count(const std::vector<Entry>& entries) {
  // Added up here first: an atomic shared by the threads costs more than the rest of an entry.
  Counts counts{};
  std::vector<EntryAnswer> answers;
  answers.reserve(entries.size());
  for (const Entry& entry : entries) answers.push_back(count_one(entry, counts));
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (counts[i] != 0) counts_[i].fetch_add(counts[i], std::memory_order_relaxed);
  return answers;
}

StoreTally EntryCounter::tally() const {
  StoreTally tally;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    tally.resources[i] = counts_[i].load(std::memory_order_relaxed);
    tally.total += tally.resources[i];
  }
  tally.versions_written = tally.total;
  return tally;
}

void EntryCounter::reset() {
  for (auto& count : counts_) count.store(0, std::memory_order_relaxed);
}

}  // namespace fhirehose::target
