#include "core/json_text.hpp"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace fhirehose::core {
namespace {

std::string as_json(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonText, QuotesWhatNeedsNoEscape) {
  EXPECT_EQ(as_json(""), R"("")");
  EXPECT_EQ(as_json("a/b 'c' <d>\x7f"), "\"a/b 'c' <d>\x7f\"");
}

TEST(JsonText, AppendsToWhatIsThere) {
  std::string out = "[";
  append_json_string(out, "x");
  EXPECT_EQ(out, "[\"x\"");
}

TEST(JsonText, EscapesQuotesBackslashesAndControlCharacters) {
  EXPECT_EQ(as_json("\"\\\n\r\t"), R"("\"\\\n\r\t")");
  EXPECT_EQ(as_json(std::string_view("\0\x01\x1f", 3)), R"("\u0000\u0001\u001f")");
}

TEST(JsonText, KeepsWellFormedUtf8) {
  const std::string text =
      "\xC2\x80 \xC3\xA9 \xE0\xA0\x80 \xE2\x82\xAC \xED\x9F\xBF \xEE\x80\x80 \xF0\x90\x80\x80 "
      "\xF0\x9F\x98\x80 \xF4\x8F\xBF\xBF";
  EXPECT_EQ(as_json(text), "\"" + text + "\"");
}

TEST(JsonText, ReplacesEachByteThatIsNotUtf8) {
  const std::string replaced = "\xEF\xBF\xBD";
  EXPECT_EQ(as_json("caf\xE9.zip"), "\"caf" + replaced + ".zip\"");
  EXPECT_EQ(as_json("\xC3"), "\"" + replaced + "\"");                                // cut
  EXPECT_EQ(as_json("\xC0\xAF"), "\"" + replaced + replaced + "\"");                 // overlong
  EXPECT_EQ(as_json("\xED\xA0\x80"), "\"" + replaced + replaced + replaced + "\"");  // surrogate
  EXPECT_EQ(as_json("\xF4\x90\x80\x80").size(), 2 + 4 * replaced.size());  // above U+10FFFF
}

TEST(JsonText, IsValidJsonForEveryPairOfBytes) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string text = {static_cast<char>(first), static_cast<char>(second)};
      ASSERT_TRUE(nlohmann::json::accept(as_json(text))) << first << " " << second;
      if (first < 0x80 && second < 0x80) {
        ASSERT_EQ(nlohmann::json::parse(as_json(text)), text);
      }
    }
  }
}

}  // namespace
}  // namespace fhirehose::core
