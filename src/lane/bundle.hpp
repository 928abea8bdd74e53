#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include "record/record_batch.hpp"

namespace fhirehose::lane {

/// Names a source's transaction Bundle: its member, and the offset of its `{` there.
struct AtomicName {
  std::uint32_t member = 0;
  std::uint64_t offset = 0;
  auto operator<=>(const AtomicName&) const = default;
};

/// What one batch holds of a transaction that is kept whole.
struct AtomicPart {
  AtomicName name;
  record::BatchHandle batch;
  std::vector<std::uint32_t> rows;  ///< places in `batch->records`, ascending
  std::uint32_t entries = 0;  ///< of the source's Bundle that this part accounts for, sent or not
  std::uint32_t of = 0;       ///< in the whole source Bundle
};

/// One record on its way.
struct Entry {
  const record::RecordBatch* batch = nullptr;
  std::uint32_t row = 0;
  [[nodiscard]] const record::RecordView& record() const { return batch->records[row]; }
};

/// What is sent at once. Holds the chunks of its entries until it is destroyed.
struct Bundle {
  std::vector<std::uint32_t> lanes;  ///< that it keeps busy
  bool atomic = false;               ///< a source's transaction, kept whole
  std::uint64_t bytes = 0;
  std::vector<Entry> entries;
  std::vector<record::BatchHandle> holds;
};

}  // namespace fhirehose::lane
