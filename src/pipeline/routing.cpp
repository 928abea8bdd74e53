#include "pipeline/routing.hpp"

#include <algorithm>
#include <utility>

namespace fhirehose::pipeline {

Routing::Routing(const index::LoadPlan& plan, const sink::Traits& traits, Settler& settler,
                 lane::Dispatcher& dispatcher)
    : plan_(plan), settler_(settler), dispatcher_(dispatcher), whole_(plan, traits) {}

/// For each bundle of the batch, its entries in the source where it is kept whole, else 0.
std::vector<std::uint32_t> Routing::whole_bundles(const record::RecordBatch& batch) const {
  std::vector<std::uint32_t> entries;
  for (const record::BundlePart& part : batch.bundles) {
    entries.push_back(whole_.entries({batch.chunk->origin.member, part.offset}));
  }
  return entries;
}

Routing::Rows Routing::select(const record::RecordBatch& batch, const Phase& phase) const {
  Rows rows;
  rows.of_bundle.resize(batch.bundles.size());
  if (settler_.earlier().has_all_of(unit_of(batch))) return rows;
  const RowSet* const earlier = settler_.earlier().part_of(unit_of(batch));
  const std::vector<std::uint32_t> whole = whole_bundles(batch);
  const auto losers = plan_.losers(batch.chunk->origin.member, batch.chunk->origin.sequence);
  for (std::uint32_t row = 0; row < batch.records.size(); ++row) {
    const record::RecordView& record = batch.records[row];
    const bool kept_whole =
        !record.is_delete() && record.bundle > 0 && whole[record.bundle - 1] > 0;
    if (!takes(phase, record, kept_whole)) continue;
    if (earlier != nullptr && earlier->contains(record.ordinal)) continue;
    if (std::ranges::binary_search(losers, row)) {
      rows.duplicates.push_back(record.type);
      continue;
    }
    ++rows.sent;
    (kept_whole ? rows.of_bundle[record.bundle - 1] : rows.loose).push_back(row);
  }
  return rows;
}

void Routing::open(const record::RecordBatch& batch, const Phase& phase, const Rows& rows) const {
  if (settler_.earlier().has_all_of(unit_of(batch))) return;
  const bool first_visit = phase.first_visits.contains(batch.chunk->origin.member);
  settler_.open({.batch = batch,
                 .rows = rows.sent,
                 .duplicates = rows.duplicates,
                 .rejections = first_visit});
}

void Routing::route(const record::BatchHandle& batch, const Phase& phase) const {
  const std::uint32_t member = batch->chunk->origin.member;
  Rows rows = select(*batch, phase);
  open(*batch, phase, rows);
  dispatcher_.add(lane::route(batch, rows.loose, dispatcher_.lanes()));
  if (phase.takes != Phase::Takes::kTransactions) return;
  for (std::size_t i = 0; i < batch->bundles.size(); ++i) {
    const lane::AtomicName name{member, batch->bundles[i].offset};
    const std::uint32_t of = whole_.entries({member, name.offset});
    if (of == 0) continue;
    // Also a part without rows to send counts: a transaction goes when all are accounted for.
    dispatcher_.add({name, batch, std::move(rows.of_bundle[i]), batch->bundles[i].entries, of});
  }
}

}  // namespace fhirehose::pipeline
