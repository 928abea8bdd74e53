#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "lane/bundle.hpp"

namespace fhirehose::lane {

/// What decides the lane of a record.
enum class LaneBy : std::uint8_t {
  kPatient,  ///< its patient; the record's own key if it has none: writes of one patient never race
  kChunk,    ///< the chunk it came in: any record may race any other
};

using LaneSlice = std::pair<std::uint32_t, Slice>;  ///< a lane and what goes there

/// Deals these rows of a batch out to `lanes` lanes; the same record goes to the same lane in any
/// run.
std::vector<LaneSlice> route(const record::BatchHandle& batch, std::span<const std::uint32_t> rows,
                             std::uint32_t lanes, LaneBy by);

/// The lane of a transaction that is kept whole.
std::uint32_t lane_of(const AtomicName& name, std::uint32_t lanes);

}  // namespace fhirehose::lane
