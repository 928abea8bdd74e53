#include "compare/difference.hpp"

#include <gtest/gtest.h>

namespace fhirehose::compare {
namespace {

constexpr const char* kSame = "same";

/// The path, or `same`.
std::string difference(std::string_view source, std::string_view target,
                       Tolerance tolerance = Tolerance::kNone) {
  return find_difference(source, target, tolerance).value_or(kSame);
}

struct Row {
  const char* name;
  const char* source;
  const char* target;
  const char* path;
};

class Table : public testing::TestWithParam<Row> {};

TEST_P(Table, SaysWhereTwoTextsFirstDiffer) {
  const Row& row = GetParam();
  EXPECT_EQ(difference(row.source, row.target), row.path);
}

INSTANTIATE_TEST_SUITE_P(
    Difference, Table,
    testing::Values(
        Row{"bytes", R"({"a":1})", R"({"a":1})", kSame},
        Row{"blanks", R"({"a":[1,{"b":"x"}]})", "\n { \"a\" : [ 1 ,\t{ \"b\" : \"x\" } ] } \n",
            kSame},
        Row{"key_order", R"({"a":1,"b":2,"c":{"d":3,"e":4}})", R"({"c":{"e":4,"d":3},"b":2,"a":1})",
            kSame},
        Row{"element_order", R"({"a":[1,2]})", R"({"a":[2,1]})", "a[0]"},
        Row{"unicode_escape", R"({"a":"\u00e9\ud83d\ude00\/\n"})",
            "{\"a\":\"\xC3\xA9\xF0\x9F\x98\x80/\\u000A\"}", kSame},
        Row{"escape_in_key", R"({"n\u0061me":1,"x":2})", R"({"x":2,"name":1})", kSame},
        Row{"backslash", R"({"a":"\\n"})", R"({"a":"\n"})", "a"},
        Row{"case", R"({"a":"x"})", R"({"a":"X"})", "a"},
        Row{"composed", "{\"a\":\"\xC3\xA9\"}", "{\"a\":\"e\xCC\x81\"}", "a"},
        Row{"blank_in_string", R"({"a":"x "})", R"({"a":"x"})", "a"},
        Row{"precision", R"({"a":1.50})", R"({"a":1.5})", "a"},
        Row{"exponent", R"({"a":1.50})", R"({"a":15.0e-1})", kSame},
        Row{"number_and_text", R"({"a":1})", R"({"a":"1"})", "a"},
        Row{"true_and_false", R"({"a":true})", R"({"a":false})", "a"},
        Row{"null", R"({"a":[null,{"id":"x"}]})", R"({"a":[ null ,{"id":"x"}]})", kSame},
        Row{"null_and_nothing", R"({"a":null})", R"({})", "a"},
        Row{"empty_array_and_nothing", R"({"b":1})", R"({"a":[],"b":1})", "a"},
        Row{"object_and_array", R"({"a":{}})", R"({"a":[]})", "a"},
        Row{"gone", R"({"name":[{"family":"x","given":["y"]}]})", R"({"name":[{"family":"x"}]})",
            "name[0].given"},
        Row{"added", R"({"name":[{"family":"x"}]})", R"({"name":[{"family":"x","use":"old"}]})",
            "name[0].use"},
        Row{"longer", R"({"a":[1]})", R"({"a":[1,2]})", "a[1]"},
        Row{"shorter", R"({"a":[1,2]})", R"({"a":[1]})", "a[1]"},
        Row{"first_of_two", R"({"a":1,"b":{"c":2}})", R"({"a":1,"b":{"c":3},"d":4})", "b.c"},
        Row{"nested_extension",
            R"({"extension":[{"url":"u","extension":[{"url":"v","valueDecimal":0.10}]}]})",
            R"({"extension":[{"extension":[{"valueDecimal":0.1,"url":"v"}],"url":"u"}]})",
            "extension[0].extension[0].valueDecimal"},
        Row{"twin_keys", R"({"x":{"a":1,"a":2}})", R"({"x":{"b":0,"a":1,"a":2}})", "x.b"},
        Row{"twin_keys_in_order", R"({"x":{"a":1,"b":0,"a":2}})", R"({"x":{"b":0,"a":1,"a":2}})",
            kSame},
        Row{"twin_keys_swapped", R"({"x":{"a":1,"b":0,"a":2}})", R"({"x":{"b":0,"a":2,"a":1}})",
            "x.a"},
        Row{"strange_key", R"({"John Doe":1})", R"({"John Doe":2})", "?"},
        Row{"meta_of_a_store", R"({"meta":{"versionId":"1"}})", R"({"meta":{"versionId":"2"}})",
            "meta.versionId"}),
    [](const auto& row) { return row.param.name; });

TEST(Difference, OfManyTwinsTakesNoLongerThanOfOthers) {
  std::string mine = R"({"x":{"b":0)";
  std::string theirs = R"({"x":{)";
  for (int i = 0; i < 100'000; ++i) {
    mine += R"(,"a":1)";
    theirs += R"("a":1,)";
  }
  EXPECT_EQ(difference(mine + "}}", theirs + R"("b":0}})"), kSame);
  EXPECT_EQ(difference(mine + "}}", theirs + R"("b":0,"a":1}})"), "x.a");
}

TEST(Difference, IsTheWholeTextWhereThatIsNoJsonObject) {
  for (const char* text : {"", " ", "null", "[]", "\"x\"", "{", R"({"a":1)", R"({"a":1}})",
                           R"({"a":01})", R"({"a":"\x"})", "{\"a\":\"\xFF\"}", "<html></html>"}) {
    EXPECT_EQ(difference(R"({"a":1})", text), kNotJson) << text;
  }
}

TEST(Difference, IsFoundInDepthAndNotBeyondIt) {
  const auto nested = [](std::size_t depth, const std::string& core) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += R"({"a":)";
    return text + core + std::string(depth, '}');
  };
  EXPECT_EQ(difference(nested(199, "1"), nested(199, "2")).size(), 2 * 199U - 1);
  EXPECT_EQ(difference(nested(199, "1"), nested(100'000, "1")), kNotJson);
}

std::string at_server(std::string_view source, std::string_view target) {
  return difference(source, target, Tolerance::kServer);
}

TEST(ServerDifference, LeavesOutWhatAServerWrites) {
  constexpr const char* kStamp =
      R"({"id":"a","meta":{"versionId":"3","lastUpdated":"2026-01-01T00:00:00Z","source":"#x"}})";
  EXPECT_EQ(at_server(R"({"id":"a"})", kStamp), kSame);
  EXPECT_EQ(at_server(R"({"meta":{"versionId":"1"},"id":"a"})", kStamp), kSame);
  EXPECT_EQ(at_server(kStamp, R"({"id":"a"})"), kSame);
  EXPECT_EQ(at_server(R"({"id":"a","meta":{"profile":["p"]}})", kStamp), "meta.profile");
  EXPECT_EQ(at_server(R"({"id":"a"})", R"({"id":"a","meta":{"extension":[]}})"), "meta.extension");
}

TEST(ServerDifference, LeavesOutNothingElsewhere) {
  EXPECT_EQ(at_server(R"({"contained":[{"meta":{"versionId":"1"}}]})",
                      R"({"contained":[{"meta":{"versionId":"2"}}]})"),
            "contained[0].meta.versionId");
  EXPECT_EQ(at_server(R"({"versionId":"1"})", R"({"versionId":"2"})"), "versionId");
}

TEST(ServerDifference, TakesLabelsAsSetsThatAServerMayAddTo) {
  EXPECT_EQ(at_server(R"({"meta":{"profile":["p","q"],"tag":[{"code":"x"}]}})",
                      R"({"meta":{"profile":["q","r","p"],"tag":[{"code":"y"},{"code":"x"}],
                          "security":[{"code":"z"}]}})"),
            kSame);
  EXPECT_EQ(at_server(R"({"meta":{"profile":["p","q"]}})", R"({"meta":{"profile":["q"]}})"),
            "meta.profile[0]");
  EXPECT_EQ(at_server(R"({"meta":{"tag":[{"code":"x"},{"code":"x"}]}})",
                      R"({"meta":{"tag":[{"code":"x"},{"code":"y"}]}})"),
            "meta.tag[1]");
  EXPECT_EQ(difference(R"({"meta":{"profile":["p","q"]}})", R"({"meta":{"profile":["q","p"]}})"),
            "meta.profile[0]");
}

TEST(ServerDifference, TakesTheTargetOfASearchForIt) {
  constexpr const char* kSearch = R"({"a":{"reference":"Practitioner?identifier=s|1"}})";
  EXPECT_EQ(at_server(kSearch, R"({"a":{"reference":"Practitioner/x"}})"), kSame);
  EXPECT_EQ(at_server(kSearch, R"({"a":{"reference":"Patient/x"}})"), "a.reference");
  EXPECT_EQ(at_server(R"({"a":{"reference":"Practitioner/y"}})",
                      R"({"a":{"reference":"Practitioner/x"}})"),
            "a.reference");
  EXPECT_EQ(
      at_server(R"({"a":{"display":"Practitioner?x=1"}})", R"({"a":{"display":"Practitioner/x"}})"),
      "a.display");
  EXPECT_EQ(difference(kSearch, R"({"a":{"reference":"Practitioner/x"}})"), "a.reference");
}

}  // namespace
}  // namespace fhirehose::compare
