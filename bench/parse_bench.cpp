#include <cstring>

#include <benchmark/benchmark.h>

#include "record/parse.hpp"
#include "sample.hpp"

namespace fhirehose {
namespace {

struct Piece {
  memory::ChunkHandle chunk;
  record::Cut cut;
};

std::shared_ptr<memory::Chunk> copy(std::string_view bytes, std::uint64_t offset) {
  auto chunk = std::make_shared<memory::Chunk>();
  chunk->region = memory::Region::allocate(bytes.size());
  std::memcpy(chunk->region.data(), bytes.data(), bytes.size());
  chunk->bytes = {chunk->region.data(), bytes.size()};
  chunk->origin.offset = offset;
  return chunk;
}

/// `text` cut as a load cuts it, in windows of 2 MiB.
std::vector<Piece> pieces_of(const std::string& text) {
  constexpr std::size_t kWindow = 2 << 20;
  std::vector<Piece> pieces;
  record::Splitter splitter;
  std::size_t size = kWindow;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view bytes = std::string_view(text).substr(at, size);
    const bool end = at + bytes.size() == text.size();
    auto chunk = copy(bytes, at);
    record::Cut cut = splitter.cut(chunk->bytes, end ? record::More::kEnd : record::More::kFollows);
    size = cut.consumed == 0 ? size * 2 : kWindow;
    if (cut.consumed == 0) continue;
    at += cut.consumed;
    chunk->bytes = chunk->bytes.substr(0, cut.consumed);
    pieces.push_back({std::move(chunk), std::move(cut)});
  }
  return pieces;
}

void parse(benchmark::State& state, const std::string& text) {
  const std::vector<Piece> pieces = pieces_of(text);
  std::size_t records = 0;
  for (auto _ : state) {
    for (const Piece& piece : pieces) {
      const record::RecordBatch batch = record::parse(piece.chunk, piece.cut);
      benchmark::DoNotOptimize(batch.records.data());
      records += batch.record_count;
    }
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
  state.SetItemsProcessed(static_cast<std::int64_t>(records));
}

void parse_lines(benchmark::State& state) { parse(state, bench::lines()); }
void parse_bundles(benchmark::State& state) { parse(state, bench::bundles()); }

BENCHMARK(parse_lines);
BENCHMARK(parse_bundles);

}  // namespace
}  // namespace fhirehose
