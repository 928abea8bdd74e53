#include "fhir-target/splices.hpp"

#include <gtest/gtest.h>

#include "fhir-target/element_path.hpp"

namespace fhirehose::target {
namespace {

TEST(Splices, NoneLeavesTheText) {
  Splices splices;
  EXPECT_EQ(splices.apply("abc"), "abc");
  EXPECT_EQ(splices.moved(2), 2U);
}

TEST(Splices, ApplyInTheOrderOfTheText) {
  Splices splices;
  splices.replace(4, 2, "XYZ");
  splices.replace(1, 0, "+");
  EXPECT_EQ(splices.apply("012345678"), "0+123XYZ678");
}

TEST(Splices, MovedFollowsAByte) {
  Splices splices;
  splices.replace(2, 3, "");
  splices.replace(7, 1, "long");
  const std::string text = "0123456789";
  const std::string result = splices.apply(text);
  EXPECT_EQ(result[splices.moved(1)], '1');
  EXPECT_EQ(result[splices.moved(6)], '6');
  EXPECT_EQ(splices.moved(7), 4U);
  EXPECT_EQ(result[splices.moved(9)], '9');
}

TEST(ElementPath, NamesTheMembersAround) {
  const std::string json =
      R"({"a":"{[\"","item":[{"x":1},{"encounter":[{"reference":"Encounter/1"}]}],"b":{"reference":"P/1"}})";
  EXPECT_EQ(element_path(json, json.find("Encounter/1")), "item.encounter");
  EXPECT_EQ(element_path(json, json.find("P/1")), "b");
}

}  // namespace
}  // namespace fhirehose::target
