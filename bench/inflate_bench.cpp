#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "source/catalog.hpp"

namespace fhirehose {
namespace {

/// FHIREHOSE_BENCH_ZIP, else Synthea's 100 patients where the shared data is.
std::filesystem::path archive() {
  const char* const named = std::getenv("FHIREHOSE_BENCH_ZIP");
  if (named != nullptr) return named;
  return std::filesystem::path(FHIREHOSE_SHARED) / "data" / "synthea-100-ndjson.zip";
}

core::Result<source::Catalog> open_archive() {
  const std::vector<std::filesystem::path> paths = {archive()};
  return source::Catalog::open(paths, {});
}

/// Reads a member to its end; nothing when it breaks.
std::uint64_t read_to_end(const source::Catalog& catalog, std::size_t member,
                          std::vector<char>& window) {
  const auto reader = catalog.open_member(member);
  if (!reader) return 0;
  std::uint64_t bytes = 0;
  for (;;) {
    const auto got = (*reader)->read(window);
    if (!got) return 0;
    if (*got == 0) return bytes;
    bytes += *got;
  }
}

/// Each member through its reader, CRC and all, in windows of so many KiB.
void inflate(benchmark::State& state) {
  const auto catalog = open_archive();
  if (!catalog) {
    state.SkipWithError(catalog.error().message.c_str());
    return;
  }
  std::vector<char> window(static_cast<std::size_t>(state.range(0)) << 10);
  std::uint64_t bytes = 0;
  for (auto _ : state) {
    for (std::size_t i = 0; i < catalog->members().size(); ++i) {
      bytes += read_to_end(*catalog, i, window);
    }
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

/// The directory, and a look into what its name and size do not tell.
void open(benchmark::State& state) {
  std::size_t members = 0;
  for (auto _ : state) {
    const auto catalog = open_archive();
    if (!catalog) {
      state.SkipWithError(catalog.error().message.c_str());
      return;
    }
    members += catalog->members().size();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(members));
}

BENCHMARK(inflate)->Arg(64)->Arg(1024)->Arg(4096)->Unit(benchmark::kMillisecond);
BENCHMARK(open)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace fhirehose
