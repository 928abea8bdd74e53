#include <random>
#include <string>

#include <gtest/gtest.h>

#include "support/loading.hpp"
#include "support/made_input.hpp"
#include "support/scratch_directory.hpp"

namespace fhirehose {
namespace {

using namespace tests;

struct Outcome {
  std::map<std::string, std::string> rows;
  std::uint64_t loaded = 0, duplicate = 0, rejected = 0;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> letters;  ///< line and first byte
  bool operator==(const Outcome&) const = default;
};

Outcome outcome(const LoadOptions& wanted, const ScratchDirectory& scratch) {
  static int number = 0;
  LoadOptions options = wanted;
  const auto file = scratch / ("out" + std::to_string(++number) + ".db");
  options.target = "sqlite:" + file.string();
  const Report report = loaded(options);
  EXPECT_TRUE(report.total.conserved());
  Outcome result{
      stored(file), report.total.loaded, report.total.duplicate, report.total.rejected, {}};
  for (const auto& letter : dead_letters(options.state, report.run)) {
    result.letters.emplace_back(letter.line, letter.begin);
  }
  return result;
}

/// The final state and every count depend on the input alone, not on windows, threads or memory.
TEST(Load, EndsTheSameWhateverTheWindowsAndThreads) {
  std::mt19937 random(20261121);
  ScratchDirectory scratch;
  LoadOptions options;
  options.state = scratch / "state";
  for (const char* name : {"a.ndjson", "b.ndjson", "c.ndjson"}) {
    write_file(scratch / name, made_input(random));
    options.input.sources.push_back(scratch / name);
  }
  const Outcome want = outcome(options, scratch);
  EXPECT_GT(want.duplicate, 0U);
  EXPECT_GT(want.rejected, 0U);
  for (const std::uint32_t threads : {1U, 2U, 8U}) {
    for (const std::uint64_t window : {4'096U, 10'000U, 65'536U}) {
      options.input.threads = threads;
      options.input.window = window;
      options.input.memory = 4 * window;
      EXPECT_EQ(outcome(options, scratch), want) << threads << " threads, windows of " << window;
    }
  }
}

}  // namespace
}  // namespace fhirehose
