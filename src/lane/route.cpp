#include "lane/route.hpp"

#include "core/resource_key.hpp"

namespace fhirehose::lane {
namespace {

std::uint64_t patient_hash(const record::RecordView& record) {
  return record.patient.empty() ? record.key.low : core::stable_hash(record.patient);
}

}  // namespace

std::uint32_t lane_of(const AtomicName& name, std::uint32_t lanes) {
  // Offsets of neighbouring Bundles differ in few bits: spread them (Fibonacci hashing).
  const std::uint64_t mixed = (name.offset + name.member) * 0x9E3779B97F4A7C15ULL;
  return static_cast<std::uint32_t>((mixed >> 32) % lanes);
}

std::vector<LaneSlice> route(const record::BatchHandle& batch, std::span<const std::uint32_t> rows,
                             std::uint32_t lanes, LaneBy by) {
  std::vector<LaneSlice> slices;
  if (rows.empty()) return slices;
  if (by == LaneBy::kChunk || lanes == 1) {
    const memory::ChunkOrigin& origin = batch->chunk->origin;
    slices.emplace_back((origin.member + origin.sequence) % lanes,
                        Slice{batch, {rows.begin(), rows.end()}, std::nullopt});
    return slices;
  }
  std::vector<std::vector<std::uint32_t>> by_lane(lanes);
  for (const std::uint32_t row : rows) {
    by_lane[patient_hash(batch->records[row]) % lanes].push_back(row);
  }
  for (std::uint32_t lane = 0; lane < lanes; ++lane) {
    if (by_lane[lane].empty()) continue;
    slices.emplace_back(lane, Slice{batch, std::move(by_lane[lane]), std::nullopt});
  }
  return slices;
}

}  // namespace fhirehose::lane
