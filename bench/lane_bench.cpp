#include <deque>
#include <numeric>
#include <vector>

#include <benchmark/benchmark.h>

#include "lane/dispatcher.hpp"
#include "pieces.hpp"
#include "record/parse.hpp"
#include "sample.hpp"

namespace fhirehose {
namespace {

record::BatchHandle batch_of(std::string_view text) {
  auto chunk = bench::chunk_of(text);
  record::Splitter splitter;
  const record::Cut cut = splitter.cut(chunk->bytes, record::More::kEnd);
  return std::make_shared<record::RecordBatch>(record::parse(chunk, cut));
}

/// From parsed batches to bundles that may be sent: routing, gathering, limits. So many windows
/// wait ahead of what is sent, as they do before a target that is slower than the reading.
void dispatching(benchmark::State& state, std::uint32_t lanes) {
  constexpr std::size_t kChunk = 1 << 20;
  constexpr lane::Pace kPace{.in_flight = 4, .entries = 100};
  const auto batch = batch_of(std::string_view(bench::lines()).substr(0, kChunk));
  std::vector<std::uint32_t> rows(batch->records.size());
  std::iota(rows.begin(), rows.end(), 0U);
  lane::Dispatcher dispatcher(lanes, 4 * core::kMiB);
  for (std::int64_t ahead = state.range(0); ahead > 0; --ahead) {
    dispatcher.add(lane::route(batch, rows, lanes));
  }
  std::deque<lane::Bundle> under_way;
  for (auto _ : state) {
    dispatcher.add(lane::route(batch, rows, lanes));
    for (std::size_t sent = 0; sent < rows.size();) {
      if (auto bundle = dispatcher.next(kPace, lane::Fill::kPartial)) {
        sent += bundle->entries.size();
        under_way.push_back(*std::move(bundle));
      } else {
        dispatcher.delivered(under_way.front().lanes);
        under_way.pop_front();
      }
    }
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * rows.size()));
}

void patients_apart(benchmark::State& state) { dispatching(state, lane::kLanes); }
void any_order(benchmark::State& state) { dispatching(state, 0); }

BENCHMARK(patients_apart)->Arg(0)->Arg(100);
BENCHMARK(any_order)->Arg(0)->Arg(100);

}  // namespace
}  // namespace fhirehose
