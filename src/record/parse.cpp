#include "record/parse.hpp"

#include <utility>

#include "record/batch_reader.hpp"

namespace fhirehose::record {
namespace {

// Generous, so that the vectors seldom grow: pages that are not touched cost nothing.
constexpr std::size_t kBytesPerRecord = 512;
constexpr std::size_t kBytesPerReference = 128;

void reserve(RecordBatch& batch, std::size_t bytes) {
  batch.records.reserve(bytes / kBytesPerRecord + 1);
  batch.references.reserve(bytes / kBytesPerReference + 1);
}

RecordBatch parse_from(memory::ChunkHandle chunk, std::shared_ptr<const Cut> cut,
                       const ParseOptions& options, const RejectionUse& use) {
  thread_local StructuralIndex index;
  RecordBatch batch;
  batch.chunk = std::move(chunk);
  batch.cut = std::move(cut);
  reserve(batch, batch.chunk->bytes.size());
  BatchReader reader(batch, index, options, use);
  if (batch.cut->framing == Framing::kLines) {
    reader.read_lines();
  } else {
    reader.read_values(*batch.cut);
  }
  index.let_go();
  return batch;
}

}  // namespace

RecordBatch parse(memory::ChunkHandle chunk, std::shared_ptr<const Cut> cut,
                  const ParseOptions& options) {
  return parse_from(std::move(chunk), std::move(cut), options, {});
}

RecordBatch parse(memory::ChunkHandle chunk, Cut cut, const ParseOptions& options) {
  return parse(std::move(chunk), std::make_shared<const Cut>(std::move(cut)), options);
}

void parse_again(const RecordBatch& batch, const ParseOptions& options, const RejectionUse& use) {
  parse_from(batch.chunk, batch.cut, options, use);
}

}  // namespace fhirehose::record
