#include "core/json_member.hpp"

#include <gtest/gtest.h>

namespace fhirehose::core {
namespace {

TEST(JsonMember, FindsTextsBehindWhateverElseThereIs) {
  constexpr std::string_view kJson =
      R"( { "a" : [ {"token":"no"}, "]" , 1.5e3, null ], "b":{"token":"no","c":[]},"token" : "yes" })";
  EXPECT_EQ(text_member(kJson, "token"), "yes");
  EXPECT_EQ(text_member(kJson, "a"), std::nullopt);
  EXPECT_EQ(text_member(kJson, "c"), std::nullopt);
}

TEST(JsonMember, UndoesEscapesInNamesAndTexts) {
  EXPECT_EQ(text_member(R"({"t\u006fken":"https:\/\/h\/a\u003db\u00e9\u20ac\"\n"})", "token"),
            "https://h/a=b\xC3\xA9\xE2\x82\xAC\"\n");
}

TEST(JsonMember, ReadsNumbersEvenBetweenQuotes) {
  EXPECT_EQ(number_member(R"({"expires_in":300})", "expires_in"), 300U);
  EXPECT_EQ(number_member(R"({"expires_in" : "3599" })", "expires_in"), 3'599U);
  EXPECT_EQ(number_member(R"({"expires_in":300.5})", "expires_in"), 300U);
  EXPECT_EQ(number_member(R"({"expires_in":-1})", "expires_in"), std::nullopt);
  EXPECT_EQ(number_member(R"({"expires_in":null})", "expires_in"), std::nullopt);
}

TEST(JsonMember, GivesAValueAsItStandsThere) {
  constexpr std::string_view kJson = R"({"a" : [ {"b":"]"}, 2 ] , "c":1.50, "d":"x"})";
  EXPECT_EQ(raw_member(kJson, "a"), R"([ {"b":"]"}, 2 ])");
  EXPECT_EQ(raw_member(kJson, "c"), "1.50");
  EXPECT_EQ(raw_member(kJson, "d"), "\"x\"");
  EXPECT_EQ(raw_member(kJson, "b"), "");
  EXPECT_EQ(raw_member(R"({"a":[1)", "a"), "");
}

TEST(JsonMember, FindsNothingInWhatIsNoObject) {
  for (const char* text : {"", "[]", "\"token\"", "<html>", "{", "{\"token\"",
                           "{\"token\":", "{\"token\":\"", "{\"token\":\"a\\", "{\"token\":\"\\u12",
                           "{1:2}", R"({"token":"\ud800"})", R"({"x":[[[,"token":"a"})", "{}"}) {
    EXPECT_EQ(text_member(text, "token"), std::nullopt) << text;
    EXPECT_EQ(number_member(text, "token"), std::nullopt) << text;
  }
}

TEST(JsonMember, BearsAnyDepth) {
  const std::string deep =
      "{\"a\":" + std::string(1'000'000, '[') + std::string(1'000'000, ']') + ",\"token\":\"yes\"}";
  EXPECT_EQ(text_member(deep, "token"), "yes");
}

}  // namespace
}  // namespace fhirehose::core
