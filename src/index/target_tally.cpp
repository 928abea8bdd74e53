#include "index/target_tally.hpp"

#include <algorithm>

#include "index/urn_table.hpp"
#include "record/json_string.hpp"
#include "record/reference_text.hpp"

namespace fhirehose::index {

using record::RecordBatch;
using record::RecordView;
using record::Reference;
using record::ReferenceKind;

namespace {

constexpr std::size_t kAhead = 8;  // references: their texts are no longer in the nearest cache

void prefetch(const std::vector<Reference>& references, std::size_t place) {
  if (place >= references.size()) return;
  const std::string_view text = references[place].text();
  __builtin_prefetch(text.data());
  __builtin_prefetch(text.data() + text.size());
}

bool names_target(const Reference& reference, const RecordView& record) {
  return reference.kind == ReferenceKind::kRelative || reference.kind == ReferenceKind::kAbsolute ||
         (reference.kind == ReferenceKind::kUrn && record.bundle != 0);
}

}  // namespace

// Flattened: a few instructions a reference, in which a call would be half of the work.
[[gnu::flatten]] void TargetTally::read(const RecordBatch& batch) {
  before_.fill({});
  targets_.clear();
  untargeted_.clear();
  for (const RecordView& record : batch.records) {
    if (record.references > 0) add(batch, record);
  }
  for (Target& target : recent_) {
    if (target.count > 0) targets_.push_back(target);
    target.count = 0;
  }
}

void TargetTally::add(const RecordBatch& batch, const RecordView& record) {
  for (std::size_t place = 0; place < record.references; ++place) {
    const Reference& reference = batch.references[record.first_reference + place];
    prefetch(batch.references, record.first_reference + place + kAhead);
    if (!names_target(reference, record)) {
      add_untargeted(record.type, reference.kind);
    } else if (reference.escaped) {
      add(target_of(batch, record, reference, record::unescape(reference.text())));
    } else {
      add(target_at(place, batch, record));
    }
  }
}

/// The record before mostly has the same Patient at the same place: no need to hash it again.
const Target& TargetTally::target_at(std::size_t place, const RecordBatch& batch,
                                     const RecordView& record) {
  const Reference& reference = batch.references[record.first_reference + place];
  Before& before = before_[place % kBefore];
  const bool again = before.bundle == record.bundle &&
                     before.target.from == static_cast<std::uint8_t>(record.type) &&
                     record::is_same_text(before.text, reference.text());
  if (!again) {
    before = {reference.text(), record.bundle,
              target_of(batch, record, reference, reference.text())};
  }
  return before.target;
}

Target TargetTally::target_of(const RecordBatch& batch, const RecordView& record,
                              const Reference& reference, std::string_view text) {
  Target target;
  target.count = 1;
  target.from = static_cast<std::uint8_t>(record.type);
  if (reference.kind == ReferenceKind::kUrn) {
    const BundleName scope{batch.chunk->origin.member, batch.bundles[record.bundle - 1].offset};
    const core::ResourceKey key = UrnTable::key_of(scope, text);
    target.key = key.low;
    target.shard = UrnTable::shard_of(key) % TargetLog::kShards;
    target.to = Target::kUrn;
  } else {
    const core::ResourceKey key = core::key_of(reference.type, record::id_in(text, reference));
    target.key = key.low;
    target.shard = KeyLog::shard_of(key) % TargetLog::kShards;
    target.to = static_cast<std::uint8_t>(reference.type);
  }
  return target;
}

void TargetTally::add(const Target& target) {
  Target& recent = recent_[target.key % kRecent];
  if (recent.key == target.key && recent.from == target.from && recent.count > 0) {
    recent.count = recent.count + 1;
    return;
  }
  if (recent.count > 0) targets_.push_back(recent);
  recent = target;
}

void TargetTally::add_untargeted(core::ResourceType from, ReferenceKind kind) {
  const auto found = std::ranges::find(untargeted_, from, &Untargeted::from);
  Untargeted& sums =
      found != untargeted_.end() ? *found : untargeted_.emplace_back(Untargeted{from});
  sums.conditional += kind == ReferenceKind::kConditional ? 1 : 0;
  sums.contained += kind == ReferenceKind::kContained ? 1 : 0;
  sums.urn_unresolved += kind == ReferenceKind::kUrn ? 1 : 0;
  sums.other += kind == ReferenceKind::kOther ? 1 : 0;
}

}  // namespace fhirehose::index
