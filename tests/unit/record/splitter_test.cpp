#include "record/splitter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/record/reading.hpp"

namespace fhirehose::record {
namespace {

using test::read_in_windows;
using test::Reading;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string kPatient = R"({"resourceType":"Patient","id":"p1"})";

Cut cut_whole(std::string_view text) {
  Splitter splitter;
  return splitter.cut(text, More::kEnd);
}

std::vector<std::string> values_of(const Cut& cut) {
  std::vector<std::string> out;
  for (const Value& value : cut.values) out.emplace_back(value.bytes);
  return out;
}

TEST(Splitter, CutsLinesAtTheLastNewlineOfTheWindow) {
  const std::string text = kPatient + "\n" + kPatient + "\n{\"resour";
  Splitter splitter;
  const Cut cut = splitter.cut(text, More::kFollows);
  EXPECT_EQ(cut.framing, Framing::kLines);
  EXPECT_EQ(cut.consumed, 2 * (kPatient.size() + 1));
  EXPECT_THAT(cut.values, IsEmpty());
}

TEST(Splitter, KeepsALastLineWithoutNewline) {
  const std::string text = kPatient + "\n" + kPatient;
  EXPECT_EQ(cut_whole(text).consumed, text.size());
  EXPECT_EQ(read_in_windows(text, 8).records.size(), 2u);
}

TEST(Splitter, HasNothingToSayOfAnEmptyMember) {
  const Cut cut = cut_whole("");
  EXPECT_EQ(cut.consumed, 0u);
  EXPECT_THAT(cut.values, IsEmpty());
  EXPECT_THAT(cut.broken, IsEmpty());
}

TEST(Splitter, PassesOverByteOrderMarkBlankLinesAndCarriageReturns) {
  const std::string text = "\xEF\xBB\xBF\r\n \t\r\n" + kPatient + "\r\n\r\n" + kPatient + "\r\n";
  const Reading reading = read_in_windows(text, 10);
  EXPECT_EQ(reading.records.size(), 2u);
  EXPECT_THAT(reading.rejections, IsEmpty());
}

TEST(Splitter, AsksForALargerWindowWhenALineDoesNotFit) {
  Splitter splitter;
  const std::string line = kPatient + "\n";
  EXPECT_EQ(splitter.cut(line.substr(0, 30), More::kFollows).consumed, 0u);
  EXPECT_EQ(splitter.cut(line, More::kFollows).consumed, line.size());
}

TEST(Splitter, TakesPrettyPrintedJsonForADocument) {
  const Cut cut = cut_whole("{\n  \"resourceType\": \"Patient\"\n}\n");
  EXPECT_EQ(cut.framing, Framing::kValues);
  EXPECT_THAT(values_of(cut), ElementsAre("{\n  \"resourceType\": \"Patient\"\n}"));
  EXPECT_EQ(cut.newlines, 3u);
}

TEST(Splitter, TakesUnindentedJsonForADocument) {
  const Cut cut = cut_whole("{\n\"resourceType\": \"Patient\",\n\"active\":\ntrue\n}\n");
  EXPECT_EQ(cut.values.size(), 1u);
}

TEST(Splitter, TakesAnyValueOnTheSecondLineForADocuments) {
  for (const char* const value : {"true", "false", "null", "-1", "0.5", "\"x\""}) {
    const std::string text = std::string("{\"a\":\n") + value + "}\n";
    EXPECT_EQ(cut_whole(text).values.size(), 1u) << text;
    const std::string list = std::string("[{\"a\": 1},\n") + value + ",\n{\"b\": 2}]";
    const Cut cut = cut_whole(list);
    EXPECT_THAT(values_of(cut), ElementsAre("{\"a\": 1}", "{\"b\": 2}")) << list;
    EXPECT_EQ(cut.broken.size(), 1u) << list;
  }
}

TEST(Splitter, TakesNoValueForADocumentsWhereNoneIsDue) {
  for (const char* const line : {"null", "2024-01-01 a log's line", "-- end"}) {
    const std::string text = "{\"a\": 1\n" + std::string(line) + "\n{\"b\": 2}\n{\"c\": 3}\n";
    EXPECT_EQ(test::read_whole(text).record_count, 4U) << text;
  }
}

TEST(Splitter, CutsSeveralDocumentsOfOneMember) {
  const Cut cut = cut_whole("{\n \"a\": 1\n}\n{\"b\": 2} {\n\"c\": 3}\n");
  EXPECT_THAT(values_of(cut), ElementsAre("{\n \"a\": 1\n}", "{\"b\": 2}", "{\n\"c\": 3}"));
  EXPECT_EQ(cut.values[1].line, 3u);
  EXPECT_EQ(cut.values[2].line, 3u);
}

TEST(Splitter, KeepsABrokenFirstLineFromSwallowingTheOthers) {
  const std::string rest = "\n" + kPatient + "\n" + kPatient + "\n";
  for (const std::string first : {R"({"a":)", R"({"a":[)", R"({"a":[1,)", R"({"a":{"b":"c"})", "{",
                                  R"([{"a":[)", R"({"a":"b)", R"([{"a":)"}) {
    SCOPED_TRACE(first);
    const Reading reading = read_in_windows(first + rest, 1000);
    EXPECT_EQ(reading.records.size(), 2u);
    EXPECT_EQ(reading.rejections.size(), 1u);
  }
}

TEST(Splitter, TakesALineThatIsNoContainerForARecordOfItsOwn) {
  const Reading reading = read_in_windows("# a comment\n" + kPatient + "\n" + kPatient + "\n", 16);
  EXPECT_EQ(reading.records.size(), 2u);
  ASSERT_EQ(reading.rejections.size(), 1u);
  EXPECT_EQ(reading.rejections[0].length, 11u);
}

TEST(Splitter, GivesTheElementsOfAnArray) {
  EXPECT_THAT(values_of(cut_whole("[\n{\"a\":1},\n{\"b\":[2]}\n]\n")),
              ElementsAre("{\"a\":1}", "{\"b\":[2]}"));
}

TEST(Splitter, GivesTheEntriesOfABundle) {
  const Cut cut = cut_whole(
      "{\n \"resourceType\": \"Bundle\",\n \"type\": \"transaction\",\n \"entry\": [ {\n \"a\": "
      "1\n }, "
      "{\"b\": 2} ]\n}");
  EXPECT_THAT(values_of(cut), ElementsAre("{\n \"a\": 1\n }", "{\"b\": 2}"));
  EXPECT_EQ(cut.values[0].bundle, 1u);
  EXPECT_EQ(cut.values[0].line, 3u);
  EXPECT_EQ(cut.values[1].line, 5u);
  ASSERT_EQ(cut.bundles.size(), 1u);
  EXPECT_EQ(cut.bundles[0].type, BundleType::kTransaction);
  EXPECT_EQ(cut.bundles[0].entries, 2u);
  EXPECT_EQ(cut.bundles[0].bytes, 20u);
  EXPECT_TRUE(cut.bundles[0].complete);
}

TEST(Splitter, TellsABundleWithEntriesAtTheFirstColumn) {
  const Cut cut =
      cut_whole("{\"resourceType\":\"Bundle\",\"entry\":[\n{\"a\":1},\n{\"b\":2}\n]}\n");
  EXPECT_THAT(values_of(cut), ElementsAre("{\"a\":1}", "{\"b\":2}"));
}

TEST(Splitter, TellsABundleWithSortedKeysAndEntriesAtTheFirstColumn) {
  const std::string first = R"({"resource":{}})";
  const std::string text =
      "{\"entry\":[\n" + first + ",\n{\"b\":2}\n],\"resourceType\":\"Bundle\"}\n";
  EXPECT_THAT(values_of(cut_whole(text)), ElementsAre(first, "{\"b\":2}"));
}

TEST(Splitter, TakesTheFirstOfTwoTypes) {
  const std::string text =
      R"({"resourceType":"Bundle","type":"transaction","entry":[{"a":1}],"type":"batch"})";
  for (const std::size_t window : {text.size() + 1, std::size_t{60}}) {
    EXPECT_EQ(read_in_windows(text, window).bundles.at(0).type, BundleType::kTransaction);
  }
}

TEST(Splitter, TakesWhatFollowsABackslashOutsideOfStringsForNoQuote) {
  const std::string text = "{\n\"a\":\\\"}" + std::string(100, 'x') + "\":1,\"resourceType\":1}\n";
  const Reading whole = read_in_windows(text, text.size() + 1);
  EXPECT_EQ(whole.rejections.size(), 2u);
  for (const std::size_t window : {1u, 32u}) {
    EXPECT_EQ(read_in_windows(text, window).rejections, whole.rejections);
  }
}

TEST(Splitter, DoesNotTakeTheEntriesOfAListForRecords) {
  const std::string list = "{\n\"entry\": [ {\"item\": {}} ],\n\"resourceType\": \"List\"\n}";
  EXPECT_THAT(values_of(cut_whole(list)), ElementsAre(list));
}

TEST(Splitter, FindsABundleWhoseResourceTypeComesLast) {
  const std::string bundle = "{\n\"entry\": [ {\"a\":1} ],\n\"resourceType\": \"Bundle\"\n}";
  EXPECT_THAT(values_of(cut_whole(bundle)), ElementsAre("{\"a\":1}"));
}

TEST(Splitter, StreamsABundleWithSortedKeys) {
  for (const std::string gap : {"", "\n "}) {
    std::string text = "{" + gap + "\"entry\":[";
    for (int i = 0; i < 100; ++i)
      text += (i > 0 ? "," : "") + gap + "{\"resource\":" + kPatient + "}";
    text += gap + "]," + gap + R"("resourceType":"Bundle","type":"batch"})";
    const Reading reading = read_in_windows(text, 64, 200);
    EXPECT_EQ(reading.records.size(), 100u);
    EXPECT_THAT(reading.rejections, IsEmpty());
    EXPECT_EQ(reading.largest_window, 64u);
    EXPECT_EQ(reading.bundles.at(0).type, BundleType::kBatch);
    EXPECT_TRUE(reading.bundles.at(0).complete);
  }
}

TEST(Splitter, TakesWhatHasEntriesOfABundleForOneInAnyWindow) {
  const std::string text = R"({"entry":[{"resource":)" + kPatient + R"(}],"resourceType":"List"})";
  for (const std::size_t window : {text.size() + 1, std::size_t{32}}) {
    const Reading reading = read_in_windows(text, window);
    ASSERT_EQ(reading.records.size(), 1u);
    EXPECT_EQ(reading.records[0].bundle, 0u);
  }
}

TEST(Splitter, TellsTheTypeInALaterPartWhenItComesLast) {
  const std::string text =
      "{\"resourceType\":\"Bundle\",\"entry\":[{\"a\":1},{\"b\":2}],\"type\":\"batch\"}";
  Splitter splitter;
  const Cut first = splitter.cut(std::string_view(text).substr(0, 45), More::kFollows);
  ASSERT_EQ(first.bundles.size(), 1u);
  EXPECT_EQ(first.bundles[0].type, BundleType::kUnknown);
  EXPECT_FALSE(first.bundles[0].complete);
  const Cut last = splitter.cut(std::string_view(text).substr(first.consumed), More::kEnd);
  ASSERT_EQ(last.bundles.size(), 1u);
  EXPECT_EQ(last.bundles[0].type, BundleType::kBatch);
  EXPECT_EQ(last.bundles[0].offset, first.bundles[0].offset);
  EXPECT_TRUE(last.bundles[0].complete);
}

TEST(Splitter, StreamsABundleOnOneLineThroughSmallWindows) {
  std::string text = R"({"resourceType":"Bundle","type":"batch","entry":[)";
  for (int i = 0; i < 2000; ++i)
    text += (i > 0 ? R"(,{"resource":)" : R"({"resource":)") + kPatient + "}";
  text += "]}\n" + kPatient + "\n";
  const Reading reading = read_in_windows(text, 256);
  EXPECT_EQ(reading.records.size(), 2001u);
  EXPECT_EQ(reading.largest_window, 256u);
  EXPECT_EQ(reading.bundles.at(0).entries, 2000u);
}

TEST(Splitter, KeepsTheEntriesBeforeATruncation) {
  const std::string whole = R"({"resourceType":"Bundle","entry":[{"a":1},{"b":2},{"c)";
  const std::string text = "{\n" + whole.substr(1);
  const Cut cut = cut_whole(text);
  EXPECT_THAT(values_of(cut), ElementsAre("{\"a\":1}", "{\"b\":2}"));
  ASSERT_EQ(cut.broken.size(), 1u);
  EXPECT_EQ(cut.broken[0].bytes, "{\"c");
  EXPECT_EQ(cut.broken[0].length, 3u);
  EXPECT_FALSE(cut.bundles[0].complete);
}

TEST(Splitter, ReportsADocumentThatLacksItsEnd) {
  const Cut cut = cut_whole("[\n {\"a\":1}\n");
  EXPECT_EQ(cut.values.size(), 1u);
  ASSERT_EQ(cut.broken.size(), 1u);
  EXPECT_EQ(cut.broken[0].length, 0u);
  EXPECT_EQ(cut.broken[0].offset, 10u);
}

TEST(Splitter, ReportsWhatIsNoObjectAmongTheEntries) {
  const Cut cut =
      cut_whole("{\n\"resourceType\":\"Bundle\",\"entry\":[1, \"}\", [{}], {\"a\":1}]}");
  EXPECT_THAT(values_of(cut), ElementsAre("{\"a\":1}"));
  ASSERT_EQ(cut.broken.size(), 3u);
  EXPECT_EQ(cut.broken[1].bytes, "\"}\"");
}

TEST(Splitter, SkipsALineBeyondTheLimitInBoundedMemory) {
  const std::string huge =
      R"({"resourceType":"Binary","data":")" + std::string(20'000, 'A') + "\"}";
  const Reading reading =
      read_in_windows(kPatient + "\n" + huge + "\n" + kPatient + "\n", 64, 1000);
  EXPECT_EQ(reading.records.size(), 2u);
  ASSERT_EQ(reading.rejections.size(), 1u);
  EXPECT_EQ(reading.rejections[0].where, kPatient.size() + 1);
  EXPECT_EQ(reading.rejections[0].length, huge.size());
  EXPECT_EQ(reading.rejections[0].line, 1U);
  EXPECT_EQ(reading.rejections[0].kept, huge);
  EXPECT_LE(reading.largest_window, 2048u);
}

TEST(Splitter, SkipsAnEntryBeyondTheLimitInBoundedMemory) {
  const std::string small = R"({"resource":)" + kPatient + "}";
  const std::string huge = R"({"data":")" + std::string(20'000, '{') + "\"}";
  const std::string head = R"({"resourceType":"Bundle","entry":[)";
  const Reading reading = read_in_windows(head + small + "," + huge + "," + small + "]}", 64, 1000);
  EXPECT_EQ(reading.records.size(), 2u);
  ASSERT_EQ(reading.rejections.size(), 1u);
  EXPECT_EQ(reading.rejections[0].length, huge.size());
  EXPECT_LE(reading.largest_window, 2048u);
}

TEST(Splitter, SkipsADocumentBeyondTheLimitInBoundedMemory) {
  const std::string small = "{\n \"resourceType\": \"Patient\", \"id\": \"p\"\n}\n";
  const std::string huge = "{\n \"data\": \"" + std::string(20'000, '}') + "\"\n}";
  const Reading reading = read_in_windows(small + huge + small, 64, 1000);
  EXPECT_EQ(reading.records.size(), 2u);
  ASSERT_EQ(reading.rejections.size(), 1u);
  EXPECT_EQ(reading.rejections[0].length, huge.size());
  EXPECT_LE(reading.largest_window, 2048u);
}

TEST(Splitter, StreamsALongLineBehindAByteOrderMark) {
  std::string bundle = R"({"resourceType":"Bundle","entry":[)";
  for (int i = 0; i < 50; ++i) bundle += R"({"resource":)" + kPatient + "},";
  bundle.back() = ']';
  const Reading reading = read_in_windows(kPatient + "\n\xEF\xBB\xBF" + bundle + "}\n", 64, 1'000);
  EXPECT_EQ(reading.records.size(), 51U);
  EXPECT_TRUE(reading.rejections.empty());
  EXPECT_LE(reading.largest_window, 2048u);
}

TEST(Splitter, EndsACutThatHoldsMuch) {
  std::string text = "[\n ";
  for (std::size_t i = 0; i < 3 * kMostOfCut; ++i) text += i % 5 == 0 ? "{}," : "1,\n";
  text += kPatient + "]";
  Splitter splitter;
  const Cut cut = splitter.cut(text, More::kEnd);
  EXPECT_EQ(cut.values.size() + cut.broken.size(), kMostOfCut);
  const Reading whole = read_in_windows(text, text.size());
  EXPECT_EQ(whole.cuts, 4U);
  EXPECT_EQ(whole.records.size(), 1U);
  EXPECT_EQ(whole.rejections.size(), 3 * kMostOfCut);
  EXPECT_EQ(read_in_windows(text, 100'000).rejections, whole.rejections);
}

TEST(Splitter, RejectsAnEntryThatIsNoArray) {
  const std::string entry = "{\"resource\":\n" + kPatient + "}";
  for (const std::string& odd : {entry, std::string("null"), std::string("\"x\"")}) {
    const std::string head = "{\n\"resourceType\":\"Bundle\",\n\"entry\":";
    const std::string text = head + odd + ",\n\"type\":\"batch\"\n}\n" + kPatient;
    for (const std::size_t window : {64U, 90U, 1'000U}) {
      const Reading reading = read_in_windows(text, window);
      EXPECT_EQ(reading.records.size(), 1U);
      ASSERT_EQ(reading.rejections.size(), 1U);
      EXPECT_EQ(reading.rejections[0].kept, odd);
      EXPECT_EQ(reading.rejections[0].where, head.size());
      EXPECT_EQ(reading.rejections[0].line, 2U);
      EXPECT_EQ(reading.rejections[0].what, "the Bundle's entry is not an array");
    }
  }
}

TEST(Splitter, TellsLineAndFrontOfWhatBreaksWhateverTheWindows) {
  const std::string entry = "{\n \"resource\": " + kPatient + "\n}";
  const std::string head = "{\n\"resourceType\": \"Bundle\",\n\"entry\": [\n" + entry;
  const std::string filler(3'000, '\n');
  const std::vector<std::string> inputs = {
      head + ",\n" + entry + "\n}\n" + filler + "lost\n" + filler,
      head + ",\n{\n\"resource\": {" + filler + "\"unclosed\": \"" + std::string(500, 'x'),
      head + ",\n{\n\"data\": \"" + filler + "\"\n},\n" + entry + "]\n}\n",
      head + "],\n\"link\": [\n{" + filler + "\"open\": [",
      "{\n\"data\":\n\"" + filler + "\"\n}\n" + kPatient,
  };
  for (const std::string& text : inputs) {
    const Reading whole = read_in_windows(text, text.size(), 1000);
    ASSERT_EQ(whole.rejections.size(), 1U) << testing::PrintToString(whole.rejections);
    const test::Seen& broken = whole.rejections[0];
    EXPECT_EQ(broken.kept, text.substr(broken.where, broken.length));
    EXPECT_EQ(broken.line, std::ranges::count(text.substr(0, broken.where), '\n'));
    for (const std::size_t window : {64U, 100U, 1'000U, 4'000U}) {
      EXPECT_EQ(read_in_windows(text, window, 1000).rejections, whole.rejections) << window;
    }
  }
}

TEST(Splitter, KeepsAMegabyteAtMostOfWhatBreaks) {
  const std::string text = "[\n" + kPatient + ",\n}" + std::string(3 * kKeptOfBroken, 'x');
  for (const std::size_t window : {std::size_t{100'000}, text.size()}) {
    const Reading reading = read_in_windows(text, window);
    ASSERT_EQ(reading.rejections.size(), 1U);
    EXPECT_EQ(reading.rejections[0].length, 3 * kKeptOfBroken + 1);
    EXPECT_EQ(reading.rejections[0].kept.size(), kKeptOfBroken);
    EXPECT_EQ(reading.rejections[0].kept.substr(0, 2), "}x");
  }
}

TEST(Splitter, PassesOverALongMemberOfABundle) {
  const std::string text = R"({"resourceType":"Bundle","signature":{"data":")" +
                           std::string(20'000, ']') + R"("},"entry":[{"resource":)" + kPatient +
                           "}]}";
  const Reading reading = read_in_windows(text, 128);
  EXPECT_EQ(reading.records.size(), 1u);
  EXPECT_EQ(reading.largest_window, 128u);
}

TEST(Splitter, CountsTheLimitOfABundlesMemberFromItsKeyOn) {
  // 50 bytes from the key to its value's end, more than 55 with the comma and the indentation.
  const std::string key = "\"" + std::string(46, 'k') + "\"";
  const std::string text = "{\"resourceType\":\"Bundle\",\n      " + key + ":1,\n \"entry\":[]}";
  for (const std::size_t window : {std::size_t{1}, std::size_t{26}, text.size() + 1}) {
    const Reading reading = read_in_windows(text, window, 55);
    EXPECT_THAT(reading.rejections, IsEmpty()) << window;
    EXPECT_TRUE(reading.bundles.at(0).complete) << window;
  }
}

TEST(Splitter, PassesOverALaterLineThatIsAByteOrderMarkAlone) {
  // The broken line makes the cut one of values; windows of one byte end before what follows it.
  const std::string text = "text\n{\n\xEF\xBB\xBF \n" + kPatient;
  for (const std::size_t window : {std::size_t{1}, text.size() + 1}) {
    const Reading reading = read_in_windows(text, window);
    EXPECT_EQ(reading.records.size(), 1u) << window;
    EXPECT_EQ(reading.rejections.size(), 2u) << window;
  }
}

TEST(Splitter, ReportsTextBehindAStreamedLine) {
  const std::string bundle = R"({"resourceType":"Bundle","entry":[{"resource":)" + kPatient + "}]}";
  for (const std::size_t window : {32U, 1000U}) {
    const Reading reading = read_in_windows(bundle + " x\n" + kPatient + "\n", window);
    EXPECT_EQ(reading.records.size(), 2u);
    ASSERT_EQ(reading.rejections.size(), 1u);
    EXPECT_EQ(reading.rejections[0].length, 1u);
  }
}

}  // namespace
}  // namespace fhirehose::record
