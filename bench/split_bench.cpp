#include <benchmark/benchmark.h>

#include "record/splitter.hpp"
#include "sample.hpp"

namespace fhirehose {
namespace {

/// Splits all of `text` in windows of `state.range(0)` bytes, which double when one does not do.
void split(benchmark::State& state, const std::string& text) {
  const auto window = static_cast<std::size_t>(state.range(0));
  std::size_t cuts = 0;
  for (auto _ : state) {
    record::Splitter splitter;
    std::size_t at = 0;
    std::size_t size = window;
    while (at < text.size()) {
      const std::string_view bytes = std::string_view(text).substr(at, size);
      const bool end = at + bytes.size() == text.size();
      const record::Cut cut =
          splitter.cut(bytes, end ? record::More::kEnd : record::More::kFollows);
      benchmark::DoNotOptimize(cut.consumed);
      at += cut.consumed;
      size = cut.consumed == 0 ? size * 2 : window;
      ++cuts;
    }
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
  state.SetItemsProcessed(static_cast<std::int64_t>(cuts));
}

void split_lines(benchmark::State& state) { split(state, bench::lines()); }
void split_bundles(benchmark::State& state) { split(state, bench::bundles()); }

BENCHMARK(split_lines)->Arg(1 << 20)->Arg(4 << 20);
BENCHMARK(split_bundles)->Arg(64 << 10)->Arg(1 << 20)->Arg(4 << 20);

}  // namespace
}  // namespace fhirehose
