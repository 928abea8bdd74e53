#include "index/look.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

#include "core/fhir_id.hpp"
#include "record/reference_text.hpp"

namespace fhirehose::index {

using record::RecordBatch;
using record::RecordView;

/// One batch's sums, made outside of the lock.
struct Look::Tally {
  struct OfType {
    core::ResourceType type;
    TypeFacts facts;
    order::TypeSet refers;
    bool refers_untold = false;
  };
  std::vector<OfType> types;  // a batch holds few
  order::TypeSet loose_types;
  order::TypeSet bundle_types;
  order::TypeSet deleted_types;
  std::map<std::uint64_t, order::TypeSet> untold_types;  ///< by the Bundle's offset
  std::array<std::uint64_t, record::kMethodCount> requests{};
  std::uint64_t bad_last_updated = 0;
  std::vector<SeenRejection> rejections;  ///< the first kKeptRejections
  std::map<core::ResourceType, std::uint64_t> rejected;

  Tally(const RecordBatch& batch, const record::ParseOptions& parsing) {
    for (const RecordView& record : batch.records) add(batch, record);
    const memory::ChunkOrigin& origin = batch.chunk->origin;
    record::for_each_rejection(batch, parsing, [&](const record::Rejection& rejection) {
      if (rejection.has_type) ++rejected[rejection.type];
      if (rejections.size() < LoadPlan::kKeptRejections) {
        rejections.push_back({origin.member, origin.sequence,
                              static_cast<std::uint64_t>(rejection.line + 1), rejection.offset,
                              rejection.offset + rejection.length, rejection.reason});
      }
    });
  }

 private:
  order::TypeSet& set_of(const RecordBatch& batch, const RecordView& record) {
    if (record.is_delete()) return deleted_types;
    if (record.bundle == 0) return loose_types;
    const record::BundlePart& part = batch.bundles[record.bundle - 1];
    const bool untold = part.type == record::BundleType::kUnknown && !part.complete;
    if (untold) return untold_types[part.offset];
    return part.type == record::BundleType::kTransaction ? bundle_types : loose_types;
  }
  OfType& of(core::ResourceType type) {
    const auto found = std::ranges::find(types, type, &OfType::type);
    return found != types.end() ? *found : types.emplace_back(OfType{type, {}, {}, false});
  }
  void add(const RecordBatch& batch, const RecordView& record) {
    set_of(batch, record).set(core::index_of(record.type));
    ++requests[static_cast<std::size_t>(record.method)];
    bad_last_updated += record.bad_last_updated ? 1 : 0;
    OfType& sums = of(record.type);
    ++sums.facts.read;
    sums.facts.deletes += record.is_delete() ? 1 : 0;
    sums.facts.bytes += record.body.size();
    // Parse edits a record only to give it the id that it does not have.
    sums.facts.without_id += record.edits > 0 ? 1 : 0;
    sums.facts.numeric_id += core::is_numeric_id(record.id) ? 1 : 0;
    for (std::uint32_t i = 0; i < record.references; ++i) {
      const record::Reference& reference = batch.references[record.first_reference + i];
      if (reference.kind == record::ReferenceKind::kRelative ||
          reference.kind == record::ReferenceKind::kAbsolute ||
          reference.kind == record::ReferenceKind::kConditional) {
        sums.refers.set(core::index_of(reference.type));
      }
      sums.refers_untold |= reference.kind == record::ReferenceKind::kUrn;
    }
  }
};

Look::Look(std::size_t members, DuplicateRule rule, UrnReach reach)
    : rule_(rule), plan_(std::make_unique<LoadPlan>(reach)) {
  plan_->members.resize(members);
}

void Look::add(const RecordBatch& batch, const record::ParseOptions& parsing) {
  const Tally tally(batch, parsing);
  const std::uint64_t first_position = register_chunk(batch, tally);
  add_keys(batch, first_position);
  if (!batch.bundles.empty()) add_full_urls(batch);
}

std::uint64_t Look::register_chunk(const RecordBatch& batch, const Tally& tally) {
  const memory::ChunkOrigin& origin = batch.chunk->origin;
  const std::lock_guard lock(mutex_);
  const std::uint64_t first_position = next_position_;
  next_position_ += batch.records.size();
  chunks_.push_back({first_position, origin.member, origin.sequence, batch.newline_count, {}});
  MemberFacts& member = plan_->members[origin.member];
  member.records += batch.record_count;
  member.rejected += batch.rejected;
  member.bytes += batch.chunk->bytes.size();
  member.newlines += batch.newline_count;
  member.loose_types |= tally.loose_types;
  member.bundle_types |= tally.bundle_types;
  member.deleted_types |= tally.deleted_types;
  for (const auto& [offset, types] : tally.untold_types) {
    untold_types_[{origin.member, offset}] |= types;
  }
  plan_->search_outcomes += batch.search_outcomes;
  plan_->bad_last_updated += tally.bad_last_updated;
  for (std::size_t i = 0; i < tally.requests.size(); ++i) plan_->requests[i] += tally.requests[i];
  for (const Tally::OfType& sums : tally.types) {
    const std::size_t type = core::index_of(sums.type);
    TypeFacts& facts = plan_->types[type];
    facts.read += sums.facts.read;
    facts.deletes += sums.facts.deletes;
    facts.bytes += sums.facts.bytes;
    facts.without_id += sums.facts.without_id;
    facts.numeric_id += sums.facts.numeric_id;
    plan_->refers.to[type] |= sums.refers;
    if (sums.refers_untold) plan_->refers.untold.set(type);
  }
  add_rejections(tally);
  add_bundles(batch);
  if (!batch.bundles.empty()) add_history(batch, first_position);
  if (tally.deleted_types.any()) note_undated_deletes(batch);
  return first_position;
}

void Look::add_rejections(const Tally& tally) {
  for (const auto& [type, count] : tally.rejected) {
    plan_->rejected_of_type[core::index_of(type)] += count;
  }
  for (const SeenRejection& rejection : tally.rejections) {
    if (plan_->rejections.size() >= 2 * LoadPlan::kKeptRejections) place_rejections();
    plan_->rejections.push_back(rejection);
  }
}

void Look::add_bundles(const RecordBatch& batch) {
  for (const record::BundlePart& part : batch.bundles) {
    BundleFacts& facts = plan_->bundles[{batch.chunk->origin.member, part.offset}];
    if (part.type != record::BundleType::kUnknown) facts.type = part.type;
    facts.entries += part.entries;
    facts.bytes += part.bytes;
  }
}

void Look::add_keys(const RecordBatch& batch, std::uint64_t first_position) {
  std::vector<KeyedRecord> keyed;
  keyed.reserve(batch.records.size());
  for (const RecordView& record : batch.records) {
    keyed.push_back({record.key, record.type,
                     ranks_.compact(record.last_updated, record.version_id),
                     first_position + keyed.size()});
  }
  keys_.add(keyed);
}

namespace {

/// The base of a fullUrl that is the resource's own address; empty where it is not.
std::string_view own_base(const RecordView& record) {
  const record::ReferenceTarget target = record::read_reference(record.full_url);
  const bool own = target.type == record.type && target.id == record.id;
  return own ? record::base_of(record.full_url) : std::string_view();
}

}  // namespace

void Look::add_full_urls(const RecordBatch& batch) {
  const memory::ChunkOrigin& origin = batch.chunk->origin;
  std::string_view known;
  for (const RecordView& record : batch.records) {
    const bool web = record.full_url.starts_with("http");
    if (record.bundle == 0 || record.is_delete() || !(web || record.full_url.starts_with("urn:")))
      continue;
    if (const std::string_view base = own_base(record); !base.empty()) {
      if (base != known) add_base(base);
      known = base;
      continue;
    }
    const BundleName scope{origin.member, batch.bundles[record.bundle - 1].offset};
    const std::uint64_t order = (std::uint64_t{origin.sequence} << 32) | record.ordinal;
    plan_->urns.add(scope, record.full_url, {record.type, record.id}, order);
  }
}

/// Which of too many find room would hang on the order of the batches: then it is none.
void Look::add_base(std::string_view base) {
  if (!record::SourceBases::is_base(base)) return;
  const std::lock_guard lock(mutex_);
  const bool no_room = plan_->bases.full() && !plan_->bases.has(base);
  plan_->too_many_bases |= no_room;
  if (!no_room) static_cast<void>(plan_->bases.add(base));
}

void Look::member_broken(std::uint32_t member, std::string why) {
  const std::lock_guard lock(mutex_);
  plan_->members[member].problem = std::move(why);
}

std::size_t Look::chunk_of(std::uint64_t position) const {
  // Chunks without accepted records share their successor's first position: the last one is the
  // owner.
  const auto after = std::ranges::upper_bound(chunks_, position, {}, &Chunk::first_position);
  return static_cast<std::size_t>(after - chunks_.begin()) - 1;
}

void Look::add_history(const RecordBatch& batch, std::uint64_t first_position) {
  const std::uint32_t member = batch.chunk->origin.member;
  std::uint32_t open = 0;  // 1 + the place of the Bundle whose run is the last
  for (std::uint64_t row = 0; row < batch.records.size(); ++row) {
    const std::uint32_t bundle = batch.records[row].bundle;
    if (bundle == 0) continue;
    const record::BundlePart& part = batch.bundles[bundle - 1];
    const bool may_be =
        part.type == record::BundleType::kHistory || part.type == record::BundleType::kUnknown;
    if (!may_be) continue;
    const std::uint64_t position = first_position + row;
    if (bundle != open) history_.push_back({position, position, {member, part.offset}});
    history_.back().end_position = position + 1;
    open = bundle;
  }
}

namespace {

/// As far as a key comes back from the log.
core::ResourceKey kept_of(const core::ResourceKey& key) { return {key.high & 0xFF, key.low}; }

}  // namespace

void Look::note_undated_deletes(const RecordBatch& batch) {
  for (const RecordView& record : batch.records) {
    if (record.is_delete() && record.last_updated == core::kNever) {
      undated_deletes_.push_back(kept_of(record.key));
    }
  }
}

/// Of a key that has a DELETE without a date the last record in the input is the newest: no other
/// order puts all of them in a row.
bool Look::goes_by_position(const KeyedRecord& record) const {
  return !undated_deletes_.empty() &&
         std::ranges::binary_search(undated_deletes_, kept_of(record.key));
}

/// The history that holds the record; null: none does.
const BundleName* Look::history_of(std::uint64_t position) const {
  const auto after = std::ranges::upper_bound(history_, position, {}, &HistoryRun::first_position);
  if (after == history_.begin()) return nullptr;
  const HistoryRun& run = *std::prev(after);
  if (position >= run.end_position) return nullptr;
  const auto found = plan_->bundles.find(run.bundle);
  const bool history =
      found != plan_->bundles.end() && found->second.type == record::BundleType::kHistory;
  return history ? &run.bundle : nullptr;
}

/// For kNewest by (meta.lastUpdated, meta.versionId, position). A history's newest entry is its
/// first (http://hl7.org/fhir/R4/http.html#history).
bool Look::wins(const KeyedRecord& a, const KeyedRecord& b) const {
  const auto place = [this](const KeyedRecord& record) {
    const Chunk& chunk = chunks_[chunk_of(record.position)];
    return std::tuple(chunk.member, chunk.sequence, record.position - chunk.first_position);
  };
  if (rule_ == DuplicateRule::kFirst) return place(a) < place(b);
  if (rule_ == DuplicateRule::kLast) return place(a) > place(b);
  if (!goes_by_position(a)) {
    if (const auto ranks = ranks_.compare(a.rank, b.rank); ranks != 0) return ranks > 0;
  }
  const BundleName* const history = history_of(a.position);
  const BundleName* const other = history_of(b.position);
  const bool together = history != nullptr && other != nullptr && *history == *other;
  return together ? place(a) < place(b) : place(a) > place(b);
}

std::vector<std::uint64_t> Look::known_keys(std::size_t shard) const {
  static_assert(UrnTable::kShards == kShards);
  std::vector<std::uint64_t> keys;
  keys_.append_keys(shard, keys);
  plan_->urns.append_keys(shard, keys);
  return keys;
}

void Look::decide(std::size_t shard) {
  std::call_once(deletes_sorted_, [this] { std::ranges::sort(undated_deletes_); });
  const auto losers = keys_.losers(
      shard, [this](const KeyedRecord& a, const KeyedRecord& b) { return wins(a, b); });
  const std::lock_guard lock(mutex_);
  plan_->duplicate += losers.size();
  for (const KeyLog::Loser& loser : losers) {
    Chunk& chunk = chunks_[chunk_of(loser.position())];
    chunk.losers.push_back(static_cast<std::uint32_t>(loser.position() - chunk.first_position));
    ++plan_->types[core::index_of(loser.type)].duplicate;
  }
}

void Look::place_chunks() {
  std::ranges::sort(chunks_, {},
                    [](const Chunk& chunk) { return std::tuple(chunk.member, chunk.sequence); });
  plan_->loser_rows_.reserve(plan_->duplicate);
  std::uint64_t newlines = 0;
  for (Chunk& chunk : chunks_) {
    if (chunk.sequence == 0) newlines = 0;
    std::ranges::sort(chunk.losers);
    plan_->chunks_.push_back({chunk.member, chunk.sequence, newlines, plan_->loser_rows_.size(),
                              static_cast<std::uint32_t>(chunk.losers.size())});
    plan_->loser_rows_.insert(plan_->loser_rows_.end(), chunk.losers.begin(), chunk.losers.end());
    chunk.losers = {};
    newlines += chunk.newlines;
  }
}

void Look::place_rejections() {
  std::ranges::sort(plan_->rejections, {}, [](const SeenRejection& rejection) {
    return std::tuple(rejection.member, rejection.sequence, rejection.begin);
  });
  if (plan_->rejections.size() > LoadPlan::kKeptRejections) {
    plan_->rejections.resize(LoadPlan::kKeptRejections);
  }
}

/// Now that each Bundle has told its type, or never will.
void Look::place_untold_types() {
  for (const auto& [name, types] : untold_types_) {
    MemberFacts& member = plan_->members[name.member];
    const bool transaction = plan_->bundles[name].type == record::BundleType::kTransaction;
    (transaction ? member.bundle_types : member.loose_types) |= types;
  }
}

void Look::add_up() {
  for (const MemberFacts& member : plan_->members) {
    plan_->read += member.records;
    plan_->rejected += member.rejected;
    plan_->bytes += member.bytes;
  }
  for (const auto& [name, bundle] : plan_->bundles) {
    ++plan_->bundles_of_type[static_cast<std::size_t>(bundle.type)];
  }
  std::erase_if(plan_->bundles, [](const auto& bundle) {
    return bundle.second.type != record::BundleType::kTransaction;
  });
}

std::unique_ptr<const LoadPlan> Look::finish() {
  if (plan_->too_many_bases) plan_->bases = {};
  place_chunks();
  place_rejections();
  for (SeenRejection& rejection : plan_->rejections) {
    rejection.line += plan_->newlines_before(rejection.member, rejection.sequence);
  }
  place_untold_types();
  add_up();
  return std::move(plan_);
}

}  // namespace fhirehose::index
