#include "record/json_walk.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace fhirehose {
namespace {

using record::JsonChildren;

std::vector<std::string> children(const std::string& text, std::size_t open = 0) {
  std::vector<std::string> found;
  JsonChildren walk(text, open);
  while (walk.next()) {
    found.push_back(text.substr(walk.start(), walk.value_end() - walk.start()));
  }
  EXPECT_TRUE(text[walk.end() - 1] == '}' || text[walk.end() - 1] == ']') << text;
  return found;
}

TEST(JsonWalk, FindsWhereValuesEnd) {
  for (const std::string value :
       {R"("")", R"("a\"]}")", R"("\\")", R"("\\\"")", "-1.5E+3", "0", "true", "null", "{}", "[]",
        R"({"a":[{"}":"]"},"\\"]})", R"([[],[[]],"[",{"a":{}}])"}) {
    EXPECT_EQ(record::end_of_value(value, 0), value.size()) << value;
    EXPECT_EQ(record::end_of_value("[" + value + ",2]", 1), value.size() + 1) << value;
    EXPECT_EQ(record::end_of_value("[" + value + " ]", 1), value.size() + 1) << value;
  }
}

TEST(JsonWalk, FindsTheEndOfLongContainers) {
  for (std::size_t size = 0; size < 200; ++size) {
    const std::string text = R"({"a":")" + std::string(size, '\\') + std::string(size, '\\') +
                             R"(}","b":[)" + std::string(size, ' ') + "]}";
    EXPECT_EQ(record::end_of_value(text + ",{}]}", 0), text.size());
  }
}

TEST(JsonWalk, GoesThroughMembersAndElements) {
  EXPECT_TRUE(children("{ }").empty());
  EXPECT_TRUE(children("[\n]").empty());
  EXPECT_EQ(children(R"([1, "a,b" ,{"c":[]},[ ]])"),
            (std::vector<std::string>{"1", R"("a,b")", R"({"c":[]})", "[ ]"}));
  EXPECT_EQ(children(R"(0 { "a" : 1.50 ,"b\"":{"c":2} })", 2),
            (std::vector<std::string>{R"("a" : 1.50)", R"("b\"":{"c":2})"}));
}

TEST(JsonWalk, TellsKeysAndValues) {
  const std::string text = R"({ "a\/b" :"x", "c":[1] })";
  JsonChildren members(text, 0);
  ASSERT_TRUE(members.next());
  EXPECT_EQ(members.key(), R"(a\/b)");
  EXPECT_EQ(record::string_at(text, members.value()), "x");
  members.set_value_end(members.value() + 3);
  ASSERT_TRUE(members.next());
  EXPECT_EQ(members.key(), "c");
  EXPECT_EQ(record::string_at(text, members.value()), "");
  EXPECT_FALSE(members.next());
  EXPECT_EQ(members.end(), text.size());
}

TEST(JsonWalk, UndoesEscapesWhereThereAreSome) {
  std::string scratch;
  const std::string_view plain = "Patient/1";
  EXPECT_EQ(record::plain_text(plain, scratch).data(), plain.data());
  EXPECT_EQ(record::plain_text(R"(Patient\/\u0031)", scratch), plain);
}

}  // namespace
}  // namespace fhirehose
