#pragma once

#include <memory>
#include <vector>

#include "record/record_batch.hpp"

namespace fhirehose::transform {

/// One kind of change to a record's text. Thread-safe.
class Transform {
 public:
  Transform() = default;
  Transform(const Transform&) = delete;
  Transform& operator=(const Transform&) = delete;
  virtual ~Transform() = default;

  /// The edits that this record needs, by offset in `body`, disjoint; none for most. `body` is
  /// well-formed and padded (memory::kPadding). Texts that are not constants go to `batch.keep`.
  virtual void edit(record::RecordBatch& batch, const record::RecordView& record,
                    std::vector<record::Edit>& edits) const = 0;
};

using Chain = std::vector<std::unique_ptr<const Transform>>;

/// Fills `batch.edits`, as if each transform had worked on the text that the one before it printed.
void apply(const Chain& chain, record::RecordBatch& batch);

}  // namespace fhirehose::transform
