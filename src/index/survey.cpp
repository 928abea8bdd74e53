#include "index/survey.hpp"

#include <map>

namespace fhirehose::index {

SurveyedType& Survey::sums_of(std::size_t type) {
  if (types_[type] == nullptr) types_[type] = std::make_unique<SurveyedType>();
  return *types_[type];
}

void Survey::add(const record::RecordBatch& batch, const record::ParseOptions& parsing) {
  thread_local TargetTally tally;  // a few allocations a thread instead of a batch
  tally.read(batch);
  targets_.add(tally.targets());
  // Before the lock: it may have to parse.
  std::map<std::size_t, std::uint64_t> illegal_ids;
  record::for_each_rejection(batch, parsing, [&](const record::Rejection& rejection) {
    if (rejection.has_type && rejection.reason.is(record::kIllegalId))
      ++illegal_ids[core::index_of(rejection.type)];
  });
  const std::lock_guard lock(mutex_);
  for (const record::RecordView& record : batch.records) {
    SurveyedType& sums = sums_of(core::index_of(record.type));
    if (!record.is_delete()) sums.sizes.add(record.body.size());
  }
  for (const auto& [type, count] : illegal_ids) sums_of(type).illegal_ids += count;
  add_untargeted(tally);
}

void Survey::add_untargeted(const TargetTally& tally) {
  for (const TargetTally::Untargeted& sums : tally.untargeted()) {
    ReferenceFacts& facts = sums_of(core::index_of(sums.from)).references;
    facts.conditional += sums.conditional;
    facts.contained += sums.contained;
    facts.urn_unresolved += sums.urn_unresolved;
    facts.other += sums.other;
  }
}

void Survey::settle(std::size_t shard, const Look& look) {
  const auto counts = targets_.settle(shard, look.known_keys(shard));
  const std::lock_guard lock(mutex_);
  if (!counts) {
    failure_ = counts.error();
    return;
  }
  for (const TargetCount& count : *counts) {
    ReferenceFacts& facts = sums_of(count.from).references;
    if (count.to == Target::kUrn) {
      facts.urn_resolved += count.present;
      facts.urn_unresolved += count.missing;
    } else {
      facts.present += count.present;
      facts.missing += count.missing;
      facts.missing_of[count.to] += count.missing;
    }
  }
}

const SurveyedType* Survey::of(core::ResourceType type) const {
  return types_[core::index_of(type)].get();
}

}  // namespace fhirehose::index
