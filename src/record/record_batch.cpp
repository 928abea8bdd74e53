#include "record/record_batch.hpp"

namespace fhirehose::record {

std::string edited_text(const RecordBatch& batch, const RecordView& record) {
  std::string text;
  text.reserve(edited_size(batch, record));
  for_each_span(batch, record, [&text](std::string_view span) { text += span; });
  return text;
}

std::size_t edited_size(const RecordBatch& batch, const RecordView& record) {
  std::size_t size = 0;
  for_each_span(batch, record, [&size](std::string_view span) { size += span.size(); });
  return size;
}

Origin origin_of(const RecordBatch& batch, std::uint32_t row) {
  if (!batch.origins.empty()) return batch.origins[row];
  const memory::Chunk& chunk = *batch.chunk;
  const auto in_chunk = batch.records[row].raw.data() - chunk.bytes.data();
  return {batch.phase, chunk.origin.member, chunk.origin.sequence,
          chunk.origin.offset + static_cast<std::uint64_t>(in_chunk)};
}

namespace {

std::size_t footprint(const Cut& cut) {
  std::size_t bytes = sizeof(Cut) + cut.values.capacity() * sizeof(Value) +
                      cut.bundles.capacity() * sizeof(BundlePart) +
                      cut.broken.size() * sizeof(Cut::Broken);
  for (const std::string& front : cut.fronts) bytes += sizeof(std::string) + front.capacity();
  return bytes;
}

}  // namespace

std::size_t footprint(const RecordBatch& batch) {
  std::size_t bytes =
      sizeof(RecordBatch) + batch.records.capacity() * sizeof(RecordView) +
      batch.references.capacity() * sizeof(Reference) + batch.edits.capacity() * sizeof(Edit) +
      batch.rejections.size() * sizeof(Rejection) + batch.bundles.capacity() * sizeof(BundlePart) +
      batch.origins.capacity() * sizeof(Origin);
  if (batch.cut != nullptr) bytes += footprint(*batch.cut);
  for (const std::string& text : batch.arena) bytes += sizeof(std::string) + text.capacity();
  return bytes;
}

}  // namespace fhirehose::record
