// What the look keeps of parsed batches, the choice among records of one key, and the filter of
// keys that a load asks for what is there already.

#include <algorithm>
#include <memory>
#include <random>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "index/key_filter.hpp"
#include "index/look.hpp"
#include "pieces.hpp"
#include "record/parse.hpp"
#include "require.hpp"
#include "sample.hpp"

namespace fhirehose {
namespace {

constexpr std::uint32_t kMembers = 2;

/// `text` as two members of the input: all that is in the first is there again.
std::vector<record::RecordBatch> twice(const std::string& text) {
  std::vector<record::RecordBatch> batches;
  for (std::uint32_t member = 0; member < kMembers; ++member) {
    for (const bench::Piece& piece : bench::pieces_of(text, member)) {
      batches.push_back(record::parse(piece.chunk, piece.cut));
    }
  }
  return batches;
}

std::unique_ptr<index::Look> look_at(std::span<const record::RecordBatch> batches) {
  auto look = std::make_unique<index::Look>(kMembers, index::DuplicateRule::kNewest);
  for (const record::RecordBatch& batch : batches) look->add(batch);
  return look;
}

std::unique_ptr<const index::LoadPlan> decide(index::Look& look) {
  for (std::size_t shard = 0; shard < index::Look::kShards; ++shard) look.decide(shard);
  return look.finish();
}

/// Returns how many records there are.
std::uint64_t check(std::span<const record::RecordBatch> batches) {
  std::set<std::pair<core::ResourceType, std::string_view>> names;
  std::uint64_t records = 0;
  for (const record::RecordBatch& batch : batches) {
    for (const record::RecordView& record : batch.records) names.emplace(record.type, record.id);
    records += batch.records.size();
  }
  const auto plan = decide(*look_at(batches));
  bench::require(plan->read == records, "records that were read");
  bench::require(plan->duplicate == records - names.size(), "duplicates");
  const record::RecordBatch& front = batches.front();
  bench::require(plan->losers(0, 0).size() == front.records.size(), "the later one wins");
  return records;
}

void add(benchmark::State& state, const std::string& text) {
  const auto batches = twice(text);
  const std::uint64_t records = check(batches);
  for (auto _ : state) {
    auto look = look_at(batches);
    state.PauseTiming();
    look.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * records));
}

void add_lines(benchmark::State& state) { add(state, bench::lines()); }
void add_bundles(benchmark::State& state) { add(state, bench::bundles()); }

/// From the last batch to the plan.
void plan_lines(benchmark::State& state) {
  const auto batches = twice(bench::lines());
  const std::uint64_t records = check(batches);
  for (auto _ : state) {
    state.PauseTiming();
    auto look = look_at(batches);
    state.ResumeTiming();
    auto plan = decide(*look);
    state.PauseTiming();
    plan.reset();
    look.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * records));
}

constexpr std::size_t kBatch = 1'000;

/// In each eight the last has the key of the first.
std::vector<index::KeyedRecord> keyed(std::size_t count) {
  std::mt19937_64 random(12345);
  std::vector<index::KeyedRecord> records(count);
  for (std::size_t i = 0; i < count; ++i) {
    records[i] = {{random(), random()}, core::resource_type("Observation"), 0, i};
    if (i % 8 == 7) records[i].key = records[i - 7].key;
  }
  return records;
}

void fill(index::KeyLog& log, std::span<const index::KeyedRecord> records) {
  for (; !records.empty(); records = records.subspan(std::min(kBatch, records.size()))) {
    log.add(records.first(std::min(kBatch, records.size())));
  }
}

std::uint64_t lose(index::KeyLog& log) {
  const auto last = [](const auto& a, const auto& b) { return a.position > b.position; };
  std::uint64_t losers = 0;
  for (std::size_t shard = 0; shard < index::KeyLog::kShards; ++shard) {
    losers += log.losers(shard, last).size();
  }
  return losers;
}

std::size_t keys_of(const index::KeyLog& log) {
  std::vector<std::uint64_t> keys;
  for (std::size_t shard = 0; shard < index::KeyLog::kShards; ++shard) log.append_keys(shard, keys);
  return keys.size();
}

void log_keys(benchmark::State& state) {
  const auto records = keyed(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    auto log = std::make_unique<index::KeyLog>();
    fill(*log, records);
    state.PauseTiming();
    bench::require(keys_of(*log) == records.size(), "as many keys as were added");
    log.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void find_losers(benchmark::State& state) {
  const auto records = keyed(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    state.PauseTiming();
    auto log = std::make_unique<index::KeyLog>();
    fill(*log, records);
    state.ResumeTiming();
    const std::uint64_t losers = lose(*log);
    bench::require(losers == records.size() / 8, "losers");
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

std::vector<core::ResourceKey> keys(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<core::ResourceKey> made(count);
  for (core::ResourceKey& key : made) key = {random(), random()};
  return made;
}

index::KeyFilter filter_of(std::span<const core::ResourceKey> known) {
  index::KeyFilter filter(known.size(), std::uint64_t{1} << 30);
  for (const core::ResourceKey& key : known) filter.add(key);
  return filter;
}

std::size_t count_known(const index::KeyFilter& filter, std::span<const core::ResourceKey> asked) {
  return static_cast<std::size_t>(
      std::ranges::count_if(asked, [&](const auto& key) { return filter.may_have(key); }));
}

void filter_keys(benchmark::State& state) {
  const auto known = keys(static_cast<std::size_t>(state.range(0)), 1);
  bench::require(count_known(filter_of(known), known) == known.size(), "known keys");
  for (auto _ : state) benchmark::DoNotOptimize(filter_of(known).bytes());
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void ask_filter(benchmark::State& state, std::uint64_t seed, double least, double most) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const index::KeyFilter filter = filter_of(keys(count, 1));
  const auto asked = keys(count, seed);
  std::size_t found = 0;
  for (auto _ : state) found = count_known(filter, asked);
  const double part = static_cast<double>(found) / static_cast<double>(count);
  bench::require(part >= least && part <= most, "keys that the filter knows");
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void ask_for_known(benchmark::State& state) { ask_filter(state, 1, 1, 1); }
void ask_for_others(benchmark::State& state) { ask_filter(state, 2, 0, 0.002); }

/// So many keys: those of a small load, and those of one whose tables no cache holds.
void small_and_large(benchmark::internal::Benchmark* benchmark) {
  benchmark->Arg(1 << 17)->Arg(1 << 22)->Unit(benchmark::kMillisecond);
}

BENCHMARK(add_lines);
BENCHMARK(add_bundles);
BENCHMARK(plan_lines);
BENCHMARK(log_keys)->Apply(small_and_large);
BENCHMARK(find_losers)->Apply(small_and_large);
BENCHMARK(filter_keys)->Apply(small_and_large);
BENCHMARK(ask_for_known)->Apply(small_and_large);
BENCHMARK(ask_for_others)->Apply(small_and_large);

}  // namespace
}  // namespace fhirehose
