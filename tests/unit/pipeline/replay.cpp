#include "pipeline/replay.hpp"

#include <stop_token>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/loading.hpp"
#include "support/scratch_directory.hpp"

namespace fhirehose {
namespace {

using namespace tests;
using testing::HasSubstr;

ledger::DeadLetter letter_of(std::string bytes, std::string sent = {}) {
  ledger::DeadLetter letter;
  letter.bytes = std::move(bytes);
  letter.sent = std::move(sent);
  return letter;
}

TEST(ReplayedText, IsTheOriginalUnlessThatNeedsItsBundle) {
  const auto read = [](ledger::DeadLetter letter, bool is_entry) {
    letter.is_entry = is_entry;
    const auto [text, bytes_at] = pipeline::replayed_text(letter);
    if (bytes_at) {
      EXPECT_EQ(text.substr(*bytes_at, letter.bytes.size()), letter.bytes);
    }
    return text;
  };
  const std::string patient = R"({"resourceType":"Patient","id":"a"})";
  EXPECT_EQ(read(letter_of(patient), false), patient);
  EXPECT_EQ(read(letter_of("no JSON"), false), "no JSON");
  const std::string front = "{\n\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[\n";
  const std::string entry = R"({"fullUrl":"urn:x","resource":{"resourceType":"Patient"}})";
  const std::string removal = R"({"request":{"method":"DELETE","url":"Patient/a"}})";
  const std::string entries = R"({"entry":[{"resource":{"resourceType":"Patient"}}]})";
  const std::string typed = R"({"resourceType":"Group","resource":{"resourceType":"Basic"}})";
  const std::string typed_removal = R"({"resourceType":"Group","request":{"method":"DELETE"}})";
  for (const std::string& text : {entry, removal, entries, typed, typed_removal}) {
    EXPECT_EQ(read(letter_of(text), true), front + text + "\n]}");
    EXPECT_EQ(read(letter_of(text), false), text) << "it was none";
  }
  const std::string response = R"({"resourceType":"ClaimResponse","request":{"reference":"a"}})";
  EXPECT_EQ(read(letter_of(response), true), response);
  EXPECT_EQ(read(letter_of(entry, patient), true), "[\n" + patient + "\n]");
  EXPECT_EQ(read(letter_of(patient, "{}"), false), "[\n{}\n]");
  const std::string two_lines = "{\"resourceType\":\"Patient\",\"x\":\"a\nb\"}";
  EXPECT_EQ(read(letter_of(two_lines), false), "[\n" + two_lines + "\n]");
}

class ReplayTest : public testing::Test {
 protected:
  ReplayTest() {
    options_.target = "sqlite:" + (scratch_ / "x.db").string();
    options_.state = scratch_ / "state";
    options_.input.sources = {scratch_ / "x.ndjson"};
    again_.state = options_.state;
    again_.run = 1;
  }
  std::variant<Report, Refused> replayed() {
    Progress progress;
    SilentObserver observer;
    return replay(again_, progress, observer);
  }

  ScratchDirectory scratch_;
  LoadOptions options_;
  ReplayOptions again_;
};

TEST_F(ReplayTest, KeepsCoordinatesAndBytesOfWhatFailsAgain) {
  write_file(scratch_ / "x.ndjson",
             "{\"resourceType\":\"Patient\",\"id\":\"a\"}\n\nnothing\n"
             "{\"resourceType\":\"Patient\",\"id\":\"b_b\"}\n");
  ASSERT_EQ(loaded(options_).total.rejected, 2U);
  const Report report = std::get<Report>(replayed());
  EXPECT_EQ(report.total.read, 2U);
  EXPECT_EQ(report.total.rejected, 2U);
  const auto before = dead_letters(options_.state, 1);
  const auto after = dead_letters(options_.state, report.run);
  ASSERT_EQ(after.size(), before.size());
  for (std::size_t i = 0; i < after.size(); ++i) {
    EXPECT_EQ(after[i].bytes, before[i].bytes);
    EXPECT_EQ(after[i].line, before[i].line);
    EXPECT_EQ(after[i].begin, before[i].begin);
    EXPECT_EQ(after[i].end, before[i].end);
    EXPECT_EQ(after[i].replay_of, before[i].id);
  }
  again_.stage = "load";
  EXPECT_THAT(std::get<Refused>(replayed()).message, HasSubstr("no load dead letters"));
}

TEST_F(ReplayTest, OfSeveralRecordsInOneLetterKeepsOfEachItsOwn) {
  const std::string rest = "}\n{\"resourceType\":\"Patient\",\"id\":\"a\"}\nx\ny y\n";
  write_file(scratch_ / "x.ndjson", "[\n " + rest);
  ASSERT_EQ(loaded(options_).total.rejected, 1U);
  const auto first = dead_letters(options_.state, 1);
  ASSERT_EQ(first[0].bytes, rest.substr(0, rest.size() - 1));
  const Report report = std::get<Report>(replayed());
  EXPECT_EQ(report.total.loaded, 1U);
  const auto parts = dead_letters(options_.state, 2);
  std::vector<std::pair<std::uint64_t, std::string>> lines;
  for (const ledger::DeadLetter& part : parts) {
    lines.emplace_back(part.line, part.bytes);
    EXPECT_EQ(part.bytes, rest.substr(part.begin - 3, part.end - part.begin));
    EXPECT_EQ(part.replay_of, first[0].id);
  }
  EXPECT_THAT(lines, testing::ElementsAre(testing::Pair(2, "}"), testing::Pair(4, "x"),
                                          testing::Pair(5, "y y")));
}

TEST_F(ReplayTest, OfAnObjectIsOneLetterHoweverManyLinesItHas) {
  const std::string entry =
      "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p\",\"x\":\"line\nmore\nmore\"}}";
  write_file(
      scratch_ / "x.ndjson",
      "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\n\"entry\":[\n" + entry + "\n]}");
  ASSERT_EQ(loaded(options_).total.rejected, 1U);
  for (int times = 0; times < 2; ++times, ++again_.run) {
    EXPECT_EQ(std::get<Report>(replayed()).total.read, 1U);
    const auto letters = dead_letters(options_.state, again_.run + 1);
    ASSERT_EQ(letters.size(), 1U);
    EXPECT_EQ(letters[0].bytes, entry);
    EXPECT_EQ(letters[0].line, 3U);
    EXPECT_EQ(letters[0].reason, dead_letters(options_.state, 1)[0].reason);
  }
}

TEST_F(ReplayTest, TakesForAnEntryOnlyWhatWasOne) {
  write_file(scratch_ / "x.ndjson",
             "{\"resourceType\":\"Patient\",\"id\":\"a\"}\n"
             "{\"request\":{\"method\":\"DELETE\",\"url\":\"Patient/a\"}}\n"
             "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"b\"}}\n");
  ASSERT_EQ(loaded(options_).total.rejected, 2U);
  EXPECT_EQ(std::get<Report>(replayed()).total.rejected, 2U);
  EXPECT_EQ(stored(scratch_ / "x.db").size(), 1U);
}

TEST_F(ReplayTest, ResolvesALetterOfSeveralRecordsWithTheLastOfThem) {
  const std::string a = "{\"resourceType\":\"Patient\",\"id\":\"a\"}\n";
  const std::string b = "{\"resourceType\":\"Patient\",\"id\":\"b\"}\n";
  write_file(scratch_ / "x.ndjson", "[\n }\n" + a + b);
  ASSERT_EQ(loaded(options_).total.rejected, 1U);
  EXPECT_EQ(std::get<Report>(replayed()).total.loaded, 2U);
  EXPECT_EQ(dead_letters(options_.state, 1)[0].resolved_by, 0) << "a bracket of it is no record";
  EXPECT_EQ(dead_letters(options_.state, 2).size(), 1U);
}

TEST_F(ReplayTest, NamesALetterInWhichThereIsNoRecord) {
  write_file(scratch_ / "x.ndjson", "[[],\n{\"resourceType\":\"Patient\",\"id\":\"a\"}");
  ASSERT_EQ(loaded(options_).total.rejected, 2U);
  const Report report = std::get<Report>(replayed());
  EXPECT_EQ(report.total.read, 0U);
  ASSERT_EQ(report.problems.size(), 2U);
  EXPECT_THAT(report.problems[0].where, HasSubstr("x.ndjson, line 1"));
  EXPECT_THAT(report.problems[0].what, HasSubstr("no record in the dead letter"));
}

TEST_F(ReplayTest, LeavesALetterOpenThatHasOnlyTheFrontOfItsRecord) {
  const std::string rest =
      "}\n{\"resourceType\":\"Patient\",\"id\":\"a\"}\n" + std::string(1 << 20, 'x');
  write_file(scratch_ / "x.ndjson", "[\n " + rest);
  ASSERT_EQ(loaded(options_).total.rejected, 1U);
  EXPECT_THAT(dead_letters(options_.state, 1)[0].reason, HasSubstr("the first 1048576 are kept"));
  EXPECT_THAT(std::get<Refused>(replayed()).message, HasSubstr("only the fronts"));
  write_file(scratch_ / "y.ndjson", "nothing\n");
  options_.input.sources = {scratch_ / "x.ndjson", scratch_ / "y.ndjson"};
  ASSERT_EQ(loaded(options_).total.rejected, 2U);
  again_.run = 2;
  const Report report = std::get<Report>(replayed());
  EXPECT_EQ(report.total.read, 1U);
  ASSERT_EQ(report.problems.size(), 1U);
  EXPECT_THAT(report.problems[0].what, HasSubstr("only its front"));
}

TEST_F(ReplayTest, OfNothingIsWhatALoadStoppedWhileLookingLeaves) {
  write_file(scratch_ / "x.ndjson", "{\"resourceType\":\"Patient\",\"id\":\"a\"}\n");
  std::stop_source stop;
  stop.request_stop();
  Progress progress;
  SilentObserver observer;
  const auto result = load(options_, progress, observer, stop.get_token());
  EXPECT_THAT(std::get<Refused>(result).message, HasSubstr("nothing was sent"));
}

}  // namespace
}  // namespace fhirehose
