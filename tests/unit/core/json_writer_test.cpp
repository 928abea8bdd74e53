#include "core/json_writer.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace fhirehose::core {
namespace {

TEST(JsonWriter, PutsCommasBetweenMembersAndElements) {
  JsonWriter json;
  json.object().key("run").number(std::uint64_t{1}).key("state").text("finished");
  json.key("sources").array().text("a").text("b").end_array().end_object();
  EXPECT_EQ(json.str(), R"({"run":1,"state":"finished","sources":["a","b"]})");
}

TEST(JsonWriter, NestsEmptyObjectsAndArrays) {
  JsonWriter json;
  json.object().key("types").object().end_object().key("x").array();
  json.object().end_object().array().end_array().end_array().end_object();
  EXPECT_EQ(json.str(), R"({"types":{},"x":[{},[]]})");
}

TEST(JsonWriter, EscapesKeysAndTexts) {
  JsonWriter json;
  json.object().key("a\"b").text("c\nd").end_object();
  EXPECT_EQ(json.str(), R"({"a\"b":"c\nd"})");
}

TEST(JsonWriter, PrintsNumbersPlainly) {
  JsonWriter json;
  json.array().number(std::numeric_limits<std::uint64_t>::max()).number(1234567.891, 1);
  json.number(0.05, 3).number(std::nan(""), 1).end_array();
  EXPECT_EQ(json.str(), "[18446744073709551615,1234567.9,0.050,null]");
}

TEST(JsonWriter, TakesJsonAsItIs) {
  JsonWriter json;
  json.object().key("options").raw(R"({"threads":2})").key("replay").raw("false").end_object();
  EXPECT_EQ(json.str(), R"({"options":{"threads":2},"replay":false})");
}

}  // namespace
}  // namespace fhirehose::core
