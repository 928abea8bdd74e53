#include "transform/transform.hpp"

#include <utility>

#include "transform/edited_record.hpp"

namespace fhirehose::transform {

void apply(const Chain& chain, record::RecordBatch& batch) {
  if (chain.empty()) return;
  std::vector<record::Edit> edits;
  for (record::RecordView& record : batch.records) {
    if (record.is_delete()) continue;
    EditedRecord edited(batch, record);
    for (const auto& transform : chain) edited.transform(*transform);
    const std::size_t first = edits.size();
    edited.finish(edits);
    record.first_edit = static_cast<std::uint32_t>(first);
    record.edits = static_cast<std::uint32_t>(edits.size() - first);
  }
  batch.edits = std::move(edits);
}

}  // namespace fhirehose::transform
