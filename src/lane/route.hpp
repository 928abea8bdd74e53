#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "lane/bundle.hpp"

namespace fhirehose::lane {

/// Rows of one batch, each with the lane that it belongs to.
struct Dealt {
  struct Row {
    std::uint32_t lane = 0;
    std::uint32_t row = 0;    ///< place in `batch->records`
    std::uint64_t bytes = 0;  ///< after its edits
  };
  record::BatchHandle batch;
  std::vector<Row> rows;  ///< as they stand in the batch
};

/// Deals these rows of a batch out to `lanes` lanes, by their patient or, where there is none, by
/// their own key: writes of one patient share a lane, and the same record goes to the same lane in
/// any run. With no lanes everything goes to lane 0.
Dealt route(record::BatchHandle batch, std::span<const std::uint32_t> rows, std::uint32_t lanes);

/// The lane of a transaction that is kept whole: that of the first patient in it.
std::uint32_t lane_of(std::span<const Entry> entries, std::uint32_t lanes);

}  // namespace fhirehose::lane
