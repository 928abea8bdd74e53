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

}  // namespace

RecordBatch parse(memory::ChunkHandle chunk, const Cut& cut, const ParseOptions& options) {
  thread_local StructuralIndex index;
  RecordBatch batch;
  batch.chunk = std::move(chunk);
  reserve(batch, batch.chunk->bytes.size());
  BatchReader reader(batch, index, options);
  if (cut.framing == Framing::kLines) {
    reader.read_lines();
  } else {
    reader.read_values(cut);
  }
  return batch;
}

}  // namespace fhirehose::record
