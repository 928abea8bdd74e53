#include <random>

#include <gtest/gtest.h>

#include "record/container_scan.hpp"
#include "record/form.hpp"
#include "record/json_string.hpp"
#include "record/key_set.hpp"
#include "record/newlines.hpp"

namespace fhirehose::record {
namespace {

/// The end of the container at the front of `text`, byte by byte; 0 if there is none.
std::size_t naive_end(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\') {
      // Outside of strings it stands for nothing, but may not begin one.
      const char next = i + 1 < text.size() ? text[i + 1] : ' ';
      if (in_string || next == '"' || next == '\\') ++i;
    } else if (c == '"') {
      in_string = !in_string;
    } else if (!in_string && (c == '{' || c == '[')) {
      ++depth;
    } else if (!in_string && (c == '}' || c == ']') && --depth <= 0) {
      return i + 1;
    }
  }
  return 0;
}

std::string draw(std::mt19937& random, std::size_t size) {
  // Mostly filler, so that blocks without an end come up as well.
  constexpr std::string_view kBytes = "{[]}\"\\{[aaaaaaaaaaaaaaaaaaaa    \n";
  std::string text = "{";
  while (text.size() < size) text += kBytes[random() % kBytes.size()];
  return text;
}

TEST(ContainerScan, EndsWhereANaiveScanEnds) {
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    const std::string text = draw(random, 1 + random() % 400);
    const char* const end = container_end(text.data(), text.data() + text.size());
    const std::size_t found = end == nullptr ? 0 : static_cast<std::size_t>(end - text.data());
    ASSERT_EQ(found, naive_end(text)) << text;
  }
}

TEST(ContainerScan, KnowsWhetherItsBytesEndBetweenQuotes) {
  std::mt19937 random(10);
  for (int round = 0; round < 5'000; ++round) {
    const std::string text = draw(random, 1 + random() % 200);
    if (naive_end(text) != 0) continue;
    ContainerScan scan;
    const char* const middle = text.data() + random() % text.size();
    ASSERT_EQ(scan.advance(text.data(), middle), nullptr) << text;
    ASSERT_EQ(scan.advance(middle, text.data() + text.size()), nullptr) << text;
    // Closed by a quote if open, and then by brackets, of which there are enough.
    const std::string closing = (scan.in_string() ? "\"" : "") + std::string(text.size(), '}');
    const std::string inside = text + " " + closing;
    ASSERT_NE(naive_end(inside), 0) << text;
  }
}

TEST(ContainerScan, GoesOnWhereTheLastWindowEnded) {
  std::mt19937 random(8);
  for (int round = 0; round < 5'000; ++round) {
    const std::string text = draw(random, 1 + random() % 400);
    ContainerScan scan;
    std::size_t at = 0;
    std::size_t found = 0;
    while (at < text.size() && found == 0) {
      const std::size_t size = std::min<std::size_t>(1 + random() % 90, text.size() - at);
      const char* const end = scan.advance(text.data() + at, text.data() + at + size);
      if (end != nullptr) found = static_cast<std::size_t>(end - text.data());
      at += size;
    }
    ASSERT_EQ(found, naive_end(text)) << text;
  }
}

TEST(Newlines, AreCountedInTextsOfAnySize) {
  std::mt19937 random(9);
  for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 4079U, 4080U, 4096U, 10'000U}) {
    std::string text(size, 'a');
    std::uint32_t count = 0;
    for (char& c : text) {
      if (random() % 3 != 0) continue;
      c = '\n';
      ++count;
    }
    EXPECT_EQ(count_newlines(text), count);
  }
  EXPECT_EQ(count_newlines(std::string(100'000, '\n')), 100'000u);
}

TEST(JsonString, UndoesEscapes) {
  EXPECT_EQ(unescape(R"(Patient\/1)"), "Patient/1");
  EXPECT_EQ(unescape(R"(\"\\\b\f\n\r\t)"), "\"\\\b\f\n\r\t");
  EXPECT_EQ(unescape(R"(\u0041\u00e9\u20AC\uD83D\uDE00)"), "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
}

TEST(JsonString, FindsTheFirstBadEscape) {
  EXPECT_EQ(find_bad_escape(R"(a\\\"b)"), std::string_view::npos);
  EXPECT_EQ(find_bad_escape(R"(a\n\x)"), 3u);
  EXPECT_EQ(find_bad_escape(R"(a\)"), 1u);
}

TEST(JsonString, ComparesByMeaning) {
  EXPECT_TRUE(spells("Bundle", "Bundle"));
  EXPECT_TRUE(spells(R"(B\u0075ndle)", "Bundle"));
  EXPECT_FALSE(spells("bundle", "Bundle"));
}

TEST(KeySet, KnowsEachNameOnce) {
  KeySet names;
  std::vector<std::string> many;
  for (int i = 0; i < 60'000; ++i) many.push_back("name" + std::to_string(i));
  for (const std::string& name : many) EXPECT_TRUE(names.insert(name));
  for (const std::string& name : many) EXPECT_FALSE(names.insert(name));
  EXPECT_TRUE(names.insert(""));
  EXPECT_FALSE(names.insert(""));
  names.clear();
  EXPECT_TRUE(names.insert("name1"));
}

TEST(KeySet, TakesSoManyAndNoMore) {
  KeySet names;
  std::vector<std::string> many;
  for (std::size_t i = 0; i <= KeySet::kMost; ++i) many.push_back(std::to_string(i));
  for (std::size_t i = 0; i < KeySet::kMost; ++i) ASSERT_TRUE(names.insert(many[i]));
  EXPECT_TRUE(names.is_full());
  EXPECT_FALSE(names.insert(many.back()));
  names.clear();
  EXPECT_FALSE(names.is_full());
}

TEST(Form, TellsBundlesByTheirOwnResourceTypeOnly) {
  EXPECT_EQ(probe(R"({"resourceType":"Bundle","entry":[)").form, Form::kBundle);
  EXPECT_EQ(probe(R"({"a":{"resourceType":"Bundle"},"resourceType":"Patient")").form,
            Form::kOpaque);
  EXPECT_EQ(probe(R"({"a":"resourceType\":\"Bundle","entry":[])").form, Form::kUnknown);
  EXPECT_EQ(probe(R"({"resourceType":"Patient"})").type, "Patient");
  EXPECT_EQ(probe(R"({"resourceTyp\u0065":"Bundle")").form, Form::kBundle);
  EXPECT_EQ(probe(R"({"entry":[],"resourceType":"Bundle")").form, Form::kUnknown);
  EXPECT_EQ(probe(R"({"entry":[],"resourceType":"Bundle"})").form, Form::kBundle);
  EXPECT_EQ(probe("[").form, Form::kArray);
  EXPECT_EQ(probe("{}").form, Form::kOpaque);
  EXPECT_EQ(probe("{x").form, Form::kOpaque);
}

TEST(Form, TellsBundlesByTheirFirstEntryWhereTheResourceTypeComesLater) {
  EXPECT_EQ(probe(R"({"entry":[{"id":"1","resource":{)").form, Form::kBundle);
  EXPECT_EQ(probe(R"({"entry" : [ , { "full\u0055rl" : "a")").form, Form::kBundle);
  EXPECT_EQ(probe(R"({"entry":[{"resource":{},"resourceType":"List"}])").form, Form::kBundle);
  EXPECT_EQ(probe(R"({"entry":[{"id":"1","link":[{)").form, Form::kUnknown);
  EXPECT_EQ(probe(R"({"entry":[{"item":{"resource":{}}}],"resourceType":"List"})").form,
            Form::kOpaque);
  EXPECT_EQ(probe(R"({"entry":[{"item":{}},{"resource":{}}],"resourceType":"List"})").form,
            Form::kOpaque);
  EXPECT_EQ(probe(R"({"entry":{"resource":{}},"resourceType":"Basic"})").form, Form::kOpaque);
  EXPECT_EQ(probe(R"({"x":[],"entry":[1,{"resource":{}}],"resourceType":"Bundle")").form,
            Form::kUnknown);
}

}  // namespace
}  // namespace fhirehose::record
