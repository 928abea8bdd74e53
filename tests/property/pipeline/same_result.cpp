#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

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

/// Lines whose winners hang on what they say, not on where they stand: each content of a key has a
/// version of its own. Deletes say when they were.
std::vector<std::string> dated_lines(std::mt19937& random) {
  std::vector<std::string> lines;
  for (int i = 0; i < 300; ++i) {
    const std::string type = random() % 2 == 0 ? "Patient" : "Observation";
    const std::string id = std::to_string(random() % 90);
    const std::string second = std::to_string(1000 + i).substr(2);
    const std::string when = "2024-01-0" + std::to_string(1 + i / 100) +
                             "T00:00:" + (second < "60" ? second : "59") + "." +
                             std::to_string(1000 + i) + "Z";
    const std::string key = R"("resourceType":")" + type + R"(","id":")" + id + "\"";
    if (random() % 8 == 0) {
      lines.push_back(R"({"resourceType":"Bundle","type":"history","entry":[{"request":)"
                      R"({"method":"DELETE","url":")" +
                      type + "/" + id + R"("},"response":{"lastModified":")" + when + R"("}}]})");
    } else {
      lines.push_back("{" + key + R"(,"meta":{"lastUpdated":")" + when + R"("},"language":")" +
                      std::string(random() % 200, 'x') + "\"}");
    }
  }
  return lines;
}

TEST(Load, EndsTheSameWhateverTheOrderOfItsLines) {
  std::mt19937 random(20261125);
  ScratchDirectory scratch;
  LoadOptions options;
  options.state = scratch / "state";
  options.input.sources = {scratch / "x.ndjson"};
  options.input.window = 4'096;
  std::vector<std::string> lines = dated_lines(random);
  std::optional<Outcome> want;
  for (int round = 0; round < 8; ++round) {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    write_file(scratch / "x.ndjson", text);
    const Outcome got = outcome(options, scratch);
    EXPECT_GT(got.duplicate, 50U);
    EXPECT_LT(got.rows.size(), got.loaded) << "some are deleted";
    if (!want) want = got;
    EXPECT_EQ(got, *want);
    std::shuffle(lines.begin(), lines.end(), random);
  }
}

}  // namespace
}  // namespace fhirehose
