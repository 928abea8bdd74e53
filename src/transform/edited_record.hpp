#pragma once

#include <string>
#include <vector>

#include "record/record_batch.hpp"
#include "transform/transform.hpp"

namespace fhirehose::transform {

/// One record on its way through a chain. Edits that keep clear of each other are merged, all on
/// the original text. Where a transform's edits meet earlier ones, the text so far is printed, read
/// again, and the transform works on that.
class EditedRecord {
 public:
  /// Starts with the edits that the record has.
  EditedRecord(record::RecordBatch& batch, const record::RecordView& record);
  EditedRecord(const EditedRecord&) = delete;
  EditedRecord& operator=(const EditedRecord&) = delete;
  ~EditedRecord();

  void transform(const Transform& transform);

  /// Appends what turns the original text into the result to `edits`.
  void finish(std::vector<record::Edit>& edits);

 private:
  void reread();

  record::RecordBatch& batch_;
  const std::size_t references_;  ///< in the batch, before those that were read again
  const std::size_t original_size_;
  record::RecordView record_;        ///< of the original, or of `printed_`
  std::string printed_;              ///< and its padding
  std::vector<record::Edit> edits_;  ///< on record_.body
};

}  // namespace fhirehose::transform
