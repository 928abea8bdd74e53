#pragma once

#include <cstdint>
#include <vector>

#include "record/record_batch.hpp"

namespace fhirehose::lane {

/// Rows of one batch that belong to one lane.
struct Slice {
  record::BatchHandle batch;
  std::vector<std::uint32_t> rows;  ///< places in `batch->records`, ascending
};

/// One record on its way.
struct Entry {
  const record::RecordBatch* batch;
  std::uint32_t row;
  [[nodiscard]] const record::RecordView& record() const { return batch->records[row]; }
};

/// What is sent at once. Holds the chunks of its entries until it is destroyed.
struct Bundle {
  std::uint32_t lane = 0;
  bool atomic = false;  ///< a source's transaction, kept whole
  std::uint64_t bytes = 0;
  std::vector<Entry> entries;
  std::vector<record::BatchHandle> holds;
};

}  // namespace fhirehose::lane
