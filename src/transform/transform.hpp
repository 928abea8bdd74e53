#pragma once

#include <memory>
#include <vector>

#include "record/record_batch.hpp"

namespace fhirehose::transform {

/// One kind of change to a record's text. Thread-safe. What it does in one place must not hang on
/// text in another that a further transform of the chain may edit, unless it edits that place too:
/// edits that keep clear of each other are merged as they are.
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

  /// Whether each edit changes the text of a string and hangs on nothing but that string. It is
  /// moot, then, where an earlier transform cuts that string out.
  [[nodiscard]] virtual bool edits_single_strings() const { return false; }
};

using Chain = std::vector<std::unique_ptr<const Transform>>;

/// Fills `batch.edits`, as if each transform had worked on the text that the one before it printed;
/// parse's edits come first.
void apply(const Chain& chain, record::RecordBatch& batch);

}  // namespace fhirehose::transform
