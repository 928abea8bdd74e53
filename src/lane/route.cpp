#include "lane/route.hpp"

#include <algorithm>
#include <utility>

#include "core/resource_key.hpp"

namespace fhirehose::lane {
namespace {

std::uint64_t patient_hash(const record::RecordView& record) {
  return record.patient.empty() ? record.key.low : core::stable_hash(record.patient);
}

std::uint32_t lane_of(const record::RecordView& record, std::uint32_t lanes) {
  return lanes > 1 ? static_cast<std::uint32_t>(patient_hash(record) % lanes) : 0;
}

}  // namespace

Dealt route(record::BatchHandle batch, std::span<const std::uint32_t> rows, std::uint32_t lanes) {
  Dealt dealt;
  dealt.rows.reserve(rows.size());
  for (const std::uint32_t row : rows) {
    const record::RecordView& record = batch->records[row];
    dealt.rows.push_back({lane_of(record, lanes), row, record::edited_size(*batch, record)});
  }
  dealt.batch = std::move(batch);
  return dealt;
}

std::uint32_t lane_of(std::span<const Entry> entries, std::uint32_t lanes) {
  if (entries.empty()) return 0;
  const auto with_patient = std::ranges::find_if(
      entries, [](const Entry& entry) { return !entry.record().patient.empty(); });
  return lane_of((with_patient == entries.end() ? entries.front() : *with_patient).record(), lanes);
}

}  // namespace fhirehose::lane
