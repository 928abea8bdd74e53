#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/loading.hpp"
#include "support/scratch_directory.hpp"

namespace fhirehose {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using namespace tests;
namespace fs = std::filesystem;

struct ExpectedProblem {
  const char* where;  ///< the end of it
  const char* what;
};

struct ExpectedLetter {
  const char* member;  ///< the end of its name
  std::uint64_t line;
  std::uint64_t begin, end;
  const char* reason;
};

/// How the load of a faulty file ends.
struct Golden {
  const char* file;
  Counts counts;
  std::vector<ExpectedProblem> problems;
  std::vector<ExpectedLetter> letters;
};

std::ostream& operator<<(std::ostream& out, const Golden& golden) { return out << golden.file; }

fs::path nasty(const std::string& file) {
  return fs::path(FHIREHOSE_SHARED) / "data" / "nasty" / file;
}

std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class Nasty : public testing::Test {
 protected:
  Nasty() {
    options_.target = "sqlite:" + (scratch_ / "x.db").string();
    options_.state = scratch_ / "state";
  }
  void SetUp() override {
    if (!fs::exists(nasty(""))) GTEST_SKIP() << nasty("") << " is not here";
  }
  Report load_file(const std::string& file) {
    options_.input.sources = {nasty(file)};
    return loaded(options_);
  }
  std::map<std::string, std::string> rows() const { return stored(scratch_ / "x.db"); }

  ScratchDirectory scratch_;
  LoadOptions options_;
};

class NastyFile : public Nasty, public testing::WithParamInterface<Golden> {};

void expect_problems(const std::vector<Problem>& got, const std::vector<ExpectedProblem>& wanted) {
  ASSERT_EQ(got.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_THAT(got[i].where, EndsWith(wanted[i].where));
    EXPECT_THAT(got[i].what, HasSubstr(wanted[i].what));
  }
}

void expect_letters(const std::vector<ledger::DeadLetter>& got,
                    const std::vector<ExpectedLetter>& wanted) {
  ASSERT_EQ(got.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_THAT(got[i].member, EndsWith(wanted[i].member));
    EXPECT_EQ(got[i].line, wanted[i].line);
    EXPECT_EQ(got[i].begin, wanted[i].begin);
    EXPECT_EQ(got[i].end, wanted[i].end);
    EXPECT_EQ(got[i].bytes.size(), wanted[i].end - wanted[i].begin);
    EXPECT_EQ(got[i].stage, "validate");
    EXPECT_THAT(got[i].reason, HasSubstr(wanted[i].reason));
  }
}

TEST_P(NastyFile, EndsAsItsNameSays) {
  const Golden& golden = GetParam();
  const Report report = load_file(golden.file);
  EXPECT_EQ(report.state, State::kFinished);
  EXPECT_EQ(report.total.read, golden.counts.read);
  EXPECT_EQ(report.total.loaded, golden.counts.loaded);
  EXPECT_EQ(report.total.duplicate, golden.counts.duplicate);
  EXPECT_EQ(report.total.rejected, golden.counts.rejected);
  EXPECT_TRUE(report.total.conserved());
  EXPECT_EQ(rows().size(), golden.counts.loaded);
  expect_problems(report.problems, golden.problems);
  expect_letters(dead_letters(options_.state, report.run), golden.letters);
}

constexpr Counts counts(std::uint64_t read, std::uint64_t loaded, std::uint64_t duplicate,
                        std::uint64_t rejected) {
  return {.read = read, .loaded = loaded, .duplicate = duplicate, .rejected = rejected};
}

// Lines and bytes counted with Python's zipfile, zlib and json.
INSTANTIATE_TEST_SUITE_P(
    All, NastyFile,
    testing::Values(
        Golden{"bad-crc.ndjson.gz",
               counts(3, 3, 0, 0),
               {{"bad-crc.ndjson.gz", "after 31712 bytes: its content does not have the CRC-32"}},
               {}},
        Golden{"bad-utf8.ndjson",
               counts(2, 1, 0, 1),
               {},
               {{"bad-utf8.ndjson", 1, 0, 62, "invalid UTF-8"}}},
        Golden{"bom.ndjson", counts(5, 5, 0, 0), {}, {}},
        Golden{"concat-members.ndjson.gz", counts(6, 6, 0, 0), {}, {}},
        Golden{"crc-mismatch.zip",
               counts(500, 499, 0, 1),
               {{"!ExplanationOfBenefit.ndjson", "the CRC-32 of its content is ec3eeb9a"}},
               {{"!ExplanationOfBenefit.ndjson", 20, 197'745, 208'230, "a string is not closed"}}},
        Golden{"crlf.ndjson", counts(50, 50, 0, 0), {}, {}},
        Golden{"dup-id-later-differs.ndjson", counts(3, 1, 2, 0), {}, {}},
        Golden{"interleaved-writers.ndjson",
               counts(4, 2, 0, 2),
               {},
               {{"interleaved-writers.ndjson", 2, 12'158, 26'230, "a string is expected"},
                {"interleaved-writers.ndjson", 3, 26'231, 31'711, "a JSON object is expected"}}},
        Golden{"mixed-dirs-junk.zip",
               counts(9, 9, 0, 0),
               {{"!a/README.txt", "is no JSON: left out"},
                {"!../evil.ndjson", "a name that leads out of its archive"}},
               {}},
        Golden{"nested.zip", counts(2, 2, 0, 0), {}, {}},
        Golden{"stored.zip", counts(500, 500, 0, 0), {}, {}},
        Golden{"streamed-data-descriptor.zip", counts(501, 501, 0, 0), {}, {}},
        Golden{"truncated.ndjson.gz",
               counts(316, 315, 0, 1),
               {{"truncated.ndjson.gz", "after 3003394 bytes: its compressed bytes end early"}},
               {{"truncated.ndjson.gz", 316, 3'001'265, 3'003'394, "a string is not closed"}}}));

TEST_F(Nasty, EveryFileHasItsTest) {
  // The archive without its directory is one more.
  EXPECT_EQ(std::distance(fs::directory_iterator(nasty("")), fs::directory_iterator()), 14);
}

TEST_F(Nasty, ArchiveWithoutItsDirectoryDoesNotBegin) {
  options_.input.sources = {nasty("truncated-no-central-directory.zip")};
  EXPECT_THAT(refusal(options_), HasSubstr("truncated"));
  EXPECT_FALSE(fs::exists(options_.state));
}

TEST_F(Nasty, DeadLettersHaveTheBytesOfTheirRanges) {
  for (const char* const file : {"bad-utf8.ndjson", "interleaved-writers.ndjson"}) {
    const std::string text = text_of(nasty(file));
    const Report report = load_file(file);
    for (const ledger::DeadLetter& letter : dead_letters(options_.state, report.run)) {
      // Not EXPECT_EQ: that would print them.
      EXPECT_TRUE(letter.bytes == text.substr(letter.begin, letter.end - letter.begin)) << file;
    }
  }
}

TEST_F(Nasty, DuplicateThatComesLastWinsAmongEqualVersions) {
  const std::string text = text_of(nasty("dup-id-later-differs.ndjson"));
  options_.keep_coverage = true;
  load_file("dup-id-later-differs.ndjson");
  const auto all = rows();
  ASSERT_EQ(all.size(), 1U);
  const std::size_t last = text.rfind('\n', text.size() - 2) + 1;
  EXPECT_TRUE(all.begin()->second == text.substr(last, text.size() - 1 - last));
}

TEST_F(Nasty, FolderAsAWholeGoesOnBehindWhatCanNotBeRead) {
  options_.input.sources = {nasty("")};
  const Report report = loaded(options_);
  EXPECT_EQ(report.state, State::kFinished);
  EXPECT_EQ(report.total.read, 1'901U);
  EXPECT_EQ(report.total.rejected, 5U);
  EXPECT_TRUE(report.total.conserved());
  EXPECT_EQ(rows().size(), report.total.loaded);
  EXPECT_EQ(report.problems.size(), 6U);
}

}  // namespace
}  // namespace fhirehose
