#include <cstring>
#include <numeric>

#include <benchmark/benchmark.h>

#include "lane/lane.hpp"
#include "lane/route.hpp"
#include "record/parse.hpp"
#include "sample.hpp"

namespace fhirehose {
namespace {

record::BatchHandle batch_of(std::string_view text) {
  auto chunk = std::make_shared<memory::Chunk>();
  chunk->region = memory::Region::allocate(text.size());
  std::memcpy(chunk->region.data(), text.data(), text.size());
  chunk->bytes = {chunk->region.data(), text.size()};
  record::Splitter splitter;
  const record::Cut cut = splitter.cut(chunk->bytes, record::More::kEnd);
  return std::make_shared<record::RecordBatch>(record::parse(chunk, cut));
}

/// From a parsed batch to bundles that may be sent: routing, gathering, limits.
void lanes(benchmark::State& state, lane::LaneBy by) {
  constexpr std::size_t kChunk = 1 << 20;
  const auto count = static_cast<std::uint32_t>(state.range(0));
  const auto batch = batch_of(std::string_view(bench::lines()).substr(0, kChunk));
  std::vector<std::uint32_t> rows(batch->records.size());
  std::iota(rows.begin(), rows.end(), 0U);
  std::vector<lane::Lane> all;
  for (std::uint32_t number = 0; number < count; ++number) {
    all.emplace_back(number, lane::BundleLimits{});
  }
  for (auto _ : state) {
    for (auto& [number, slice] : lane::route(batch, rows, count, by))
      all[number].add(std::move(slice));
    for (lane::Lane& lane : all) {
      while (auto bundle = lane.take()) {
        benchmark::DoNotOptimize(bundle->entries.data());
        lane.delivered();
      }
    }
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * rows.size()));
}

void lanes_by_patient(benchmark::State& state) { lanes(state, lane::LaneBy::kPatient); }
void lanes_by_chunk(benchmark::State& state) { lanes(state, lane::LaneBy::kChunk); }

BENCHMARK(lanes_by_patient)->Arg(4)->Arg(64);
BENCHMARK(lanes_by_chunk)->Arg(16);

}  // namespace
}  // namespace fhirehose
