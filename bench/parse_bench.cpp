#include <benchmark/benchmark.h>

#include "pieces.hpp"
#include "record/parse.hpp"
#include "sample.hpp"

namespace fhirehose {
namespace {

void parse(benchmark::State& state, const std::string& text) {
  const std::vector<bench::Piece> pieces = bench::pieces_of(text);
  std::size_t records = 0;
  for (auto _ : state) {
    for (const bench::Piece& piece : pieces) {
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
