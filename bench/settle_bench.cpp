// Settling: what is kept of deliveries until it is written, and the ledger that it is written to,
// in the directory TMPDIR names. items_per_second are bundles that were delivered.

#include <filesystem>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

#include "ledger/ledger.hpp"
#include "pipeline/pending_settlement.hpp"
#include "require.hpp"
#include "sample.hpp"

namespace fhirehose {
namespace {

using ledger::Ledger;

constexpr std::uint32_t kRows = 1'000;  ///< of a chunk: 2 MiB of Synthea's
constexpr std::uint32_t kEntries = 100;
constexpr std::uint32_t kTypes = 4;
/// Of a group that is written at once: what comes within 5 ms at 80,000 records a second.
constexpr std::uint32_t kBundles = 4;

ledger::DeadLetter letter(std::uint32_t number) {
  ledger::DeadLetter letter;
  letter.member = "Observation.ndjson";
  letter.line = number;
  letter.bytes = bench::observation(static_cast<int>(number));
  letter.begin = std::uint64_t{number} * 2'000;
  letter.end = letter.begin + letter.bytes.size();
  letter.stage = "load";
  letter.type = "Observation";
  letter.resource_id = fmt::format("{}-c8d3-a395-7aea-cfddf136a45a", number);
  letter.reason = "the server answered 422 (HAPI-0523, processing)";
  letter.outcome =
      R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"processing",)"
      R"("diagnostics":"HAPI-0523: Unable to store the resource as it does not match its profile"}]})";
  letter.attempts = 1;
  return letter;
}

/// What is known to be settled.
struct Seen {
  std::uint64_t chunks = 0, parts = 0, loaded = 0, rejected = 0, letters = 0;

  /// Both a Settlement and a Settled have these; of parts only the last ones stand.
  template <class Some>
  void add(const Some& some) {
    for (const auto& range : some.ranges) chunks += range.last - range.first + 1;
    for (const auto& outcome : some.outcomes) {
      loaded += outcome.loaded;
      rejected += outcome.rejected;
    }
    parts = some.parts.size();
  }
};

/// A load whose bundles are delivered one after the other, as the settler notes them.
class Load {
 public:
  /// The last `letters` of its entries were refused.
  void deliver(std::uint32_t letters) {
    const auto first = static_cast<std::uint32_t>(bundles_ * kEntries % kRows);
    const ledger::UnitName unit{0, 0, static_cast<std::uint32_t>(bundles_ * kEntries / kRows)};
    if (first == 0) pending_.open(unit, kRows, {});
    pending_.add(bundles_ % kTypes, {kEntries - letters, 0, letters});
    std::iota(rows_.begin(), rows_.end(), first);
    pending_.settle(unit, rows_);
    for (std::uint32_t i = kEntries - letters; i < kEntries; ++i) {
      pending_.add(letter(unit.sequence * kRows + first + i));
    }
    letters_ += letters;
    ++bundles_;
  }
  ledger::Settlement take() { return pending_.take(); }

  void check(const Seen& seen) const {
    const std::uint64_t records = bundles_ * kEntries;
    bench::require(seen.chunks == records / kRows, "chunks that are settled");
    bench::require(seen.parts == (records % kRows == 0 ? 0 : 1), "chunks that are partly settled");
    bench::require(seen.loaded == records - letters_, "records that were loaded");
    bench::require(seen.rejected == letters_ && seen.letters == letters_, "dead letters");
  }

 private:
  pipeline::PendingSettlement pending_;
  std::vector<std::uint32_t> rows_ = std::vector<std::uint32_t>(kEntries);
  std::uint64_t bundles_ = 0, letters_ = 0;
};

/// The letters of a group are spread over its bundles.
void deliver_group(Load& load, std::uint32_t letters) {
  for (std::uint32_t i = 0; i < kBundles; ++i) load.deliver(letters / kBundles);
}

/// Without the ledger.
void gather(benchmark::State& state) {
  Load load;
  Seen seen;
  for (auto _ : state) {
    deliver_group(load, static_cast<std::uint32_t>(state.range(0)));
    const ledger::Settlement settlement = load.take();
    seen.add(settlement);
    seen.letters += settlement.letters.size();
  }
  load.check(seen);
  state.SetItemsProcessed(state.iterations() * kBundles);
}

std::filesystem::path directory() {
  return std::filesystem::temp_directory_path() / fmt::format("settle-bench-{}", ::getpid());
}

/// A group at a time, with so many letters, as the settlement's writer does.
void settle(benchmark::State& state, Ledger::Survives survives) {
  std::filesystem::remove_all(directory());
  {
    const auto ledger = Ledger::open(directory(), Ledger::Access::kWrite).value();
    const ledger::RunId run = ledger->begin_run({}).value();
    Load load;
    for (auto _ : state) {
      deliver_group(load, static_cast<std::uint32_t>(state.range(0)));
      bench::require(ledger->settle(run, load.take(), survives).has_value(), "a group is written");
    }
    Seen seen;
    seen.add(ledger->settled(run).value());
    seen.letters = ledger->letter_counts(run).value().all;
    load.check(seen);
  }
  state.SetItemsProcessed(state.iterations() * kBundles);
  std::filesystem::remove_all(directory());
}

/// So many letters a group: none, one in a hundred records, most of them.
void letters(benchmark::internal::Benchmark* benchmark) {
  benchmark->Arg(0)->Arg(4)->Arg(256)->Unit(benchmark::kMicrosecond);
}

/// The wait for the disk counts.
void measured(benchmark::internal::Benchmark* benchmark) {
  benchmark->Apply(letters)->MinTime(1)->UseRealTime();
}

BENCHMARK(gather)->Apply(letters);
BENCHMARK_CAPTURE(settle, crash, Ledger::Survives::kCrash)->Apply(measured);
BENCHMARK_CAPTURE(settle, power_cut, Ledger::Survives::kPowerCut)->Apply(measured);

}  // namespace
}  // namespace fhirehose
