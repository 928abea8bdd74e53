#include <gtest/gtest.h>

#include "unit/record/reading.hpp"

namespace fhirehose::record {
namespace {

/// Whether `json`, as a member's value, is taken for well-formed. What follows the text in memory
/// must make no difference.
bool accepts(const std::string& json) {
  const std::string text = R"({"resourceType":"Patient","id":"a","x":)" + json + "}";
  const RecordBatch batch = test::read_whole(text);
  EXPECT_EQ(batch.records.size() + batch.rejections.size(), 1u) << json;
  return batch.records.size() == 1;
}

TEST(Grammar, TakesEverySpellingOfANumber) {
  for (const char* const number :
       {"0", "-0", "1", "10", "3.000", "4298.90", "1E-22", "-1.000000000000000000E+245", "0e0",
        "1e+5", "123456789012345678901234567890", "1e999", "0.0", "-0.5e-0"}) {
    EXPECT_TRUE(accepts(number)) << number;
  }
}

TEST(Grammar, RefusesWhatIsNoNumber) {
  for (const char* const number : {"01", "-", "+1", ".5", "1.", "1.e5", "1e", "1e+", "--1", "0x1",
                                   "1 2", "NaN", "Infinity", "1a", "00", "-01", "1\"a\""}) {
    EXPECT_FALSE(accepts(number)) << number;
  }
}

TEST(Grammar, RefusesWhatIsNoLiteral) {
  for (const char* const literal : {"true", "false", "null"})
    EXPECT_TRUE(accepts(literal)) << literal;
  for (const char* const literal :
       {"tru", "True", "nul", "nulll", "falsey", "undefined", "true\"a\"", "'a'"}) {
    EXPECT_FALSE(accepts(literal)) << literal;
  }
}

TEST(Grammar, ChecksEscapesInKeysAndValues) {
  for (const std::string text : {R"(\" \\ \/ \b \f \n \r \t)", R"(\u0041)", R"(\uD83D\uDE00)",
                                 R"(\u00e9\uABCD)", R"(a\\)"}) {
    EXPECT_TRUE(accepts("\"" + text + "\"")) << text;
    EXPECT_TRUE(accepts("{\"" + text + "\":1}")) << text;
  }
  for (const std::string text : {R"(\x)", R"(\u12)", R"(\u12G4)", R"(\uD83D)", R"(\uD83Dx)",
                                 R"(\uDE00)", R"(\uD83D\u0041)", R"(\ )", R"(\U0041)"}) {
    EXPECT_FALSE(accepts("\"" + text + "\"")) << text;
    EXPECT_FALSE(accepts("{\"" + text + "\":1}")) << text;
    EXPECT_FALSE(accepts("[\"good \\n one\", \"" + text + "\"]")) << text;
  }
}

TEST(Grammar, ChecksCommasColonsAndBrackets) {
  for (const char* const json : {"[]", "{}", "[1,2]", R"({"a":1,"b":[{}]})", "[ ]", "[[],[[]]]",
                                 "{ \"a\" : 1 , \"b\" : 2 }", "\t[\t1\t]\t", R"(["a" , "b"])"}) {
    EXPECT_TRUE(accepts(json)) << json;
  }
  for (const char* const json : {"[1,]",        "[,1]",
                                 "[1 2]",       "[1,,2]",
                                 R"({"a":1,})", R"({"a"})",
                                 R"({"a",1})",  R"({"a":})",
                                 "{1:2}",       R"({"a":1 "b":2})",
                                 R"({"a"::1})", R"(["a""b"])",
                                 R"(["a":1])",  "[1}",
                                 "{]",          "",
                                 "/**/1",       "{\"a\":1}}",
                                 "[1]]",        "1,",
                                 ":",           "\x0C",
                                 "[\x0C]",      R"("a"b)",
                                 R"(b"a")",     "\\",
                                 "\\\"a\""}) {
    EXPECT_FALSE(accepts(json)) << json;
  }
}

TEST(Grammar, RefusesWhatFollowsTheRecord) {
  for (const char* const tail : {"}", "{}", " x", ",", "\"a\"", "1", "]"}) {
    const auto batch =
        test::read_whole(std::string(R"({"resourceType":"Patient","id":"a"})") + tail);
    EXPECT_EQ(batch.records.size(), 0u) << tail;
    EXPECT_EQ(batch.rejections.size(), 1u) << tail;
  }
}

TEST(Grammar, DoesNotReadOnBehindTheRecord) {
  for (const std::string text :
       {R"({"resourceType":"Patient","id":"a")", R"({"resourceType":"Patient","id":"a",)",
        R"({"resourceType":"Patient","id":)", R"({"resourceType":"Patient","id")",
        R"({"resourceType":"Patient","x":[)", R"({"resourceType":"Patient","x":{)",
        R"({"resourceType":"Patient","x":[1)", R"({)"}) {
    for (const std::string behind :
         {"}", "\"a\"}", "]}", ":1}", "1}", "[[[[", "{\"a\":", ",\"b\":1}"}) {
      auto chunk = test::chunk_of(text + behind);
      chunk->bytes = chunk->bytes.substr(0, text.size());
      Cut lines;
      const RecordBatch batch = parse(chunk, lines);
      EXPECT_EQ(batch.records.size(), 0u) << text << " | " << behind;
      EXPECT_EQ(batch.rejections.size(), 1u) << text << " | " << behind;
    }
  }
}

TEST(Grammar, ChecksUtf8) {
  for (const std::string text : {"\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"}) {
    EXPECT_TRUE(accepts("\"" + text + "\""));
  }
  for (const std::string text :
       {"\xC3", "\xC0\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xFF", "\x80"}) {
    EXPECT_FALSE(accepts("\"" + text + "\""));
  }
}

}  // namespace
}  // namespace fhirehose::record
