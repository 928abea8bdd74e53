#include "index/urn_table.hpp"

#include <gtest/gtest.h>

namespace fhirehose::index {
namespace {

constexpr core::ResourceType kGroup = core::resource_type("Group");
constexpr BundleName kOne{0, 10}, kTwo{0, 900}, kElsewhere{7, 10};

using Found = std::optional<UrnTable::Target>;

TEST(UrnTable, KnowsAFullUrlInItsBundleOnly) {
  UrnTable table;
  table.add(kOne, "urn:uuid:1", {core::kPatient, "1"}, 0);
  EXPECT_EQ(table.find(kOne, "urn:uuid:1"), Found({core::kPatient, "1"}));
  EXPECT_FALSE(table.find(kTwo, "urn:uuid:1").has_value());
}

TEST(UrnTable, ReachesOverAllOfTheInputWhenAsked) {
  UrnTable table(UrnReach::kInput);
  table.add(kOne, "urn:uuid:1", {core::kPatient, "a"}, 0);
  EXPECT_EQ(table.find(kElsewhere, "urn:uuid:1"), Found({core::kPatient, "a"}));
}

TEST(UrnTable, PrefersTheOwnBundlesEntry) {
  UrnTable table(UrnReach::kInput);
  table.add(kOne, "urn:uuid:1", {core::kPatient, "a"}, 0);
  table.add(kTwo, "urn:uuid:1", {kGroup, "b"}, 0);
  EXPECT_EQ(table.find(kOne, "urn:uuid:1"), Found({core::kPatient, "a"}));
  EXPECT_EQ(table.find(kTwo, "urn:uuid:1"), Found({kGroup, "b"}));
}

TEST(UrnTable, DoesNotChooseBetweenOtherBundles) {
  UrnTable table(UrnReach::kInput);
  table.add(kOne, "urn:uuid:1", {core::kPatient, "a"}, 0);
  table.add(kTwo, "urn:uuid:1", {core::kPatient, "a"}, 3);
  EXPECT_TRUE(table.find(kElsewhere, "urn:uuid:1").has_value()) << "they agree";
  UrnTable torn(UrnReach::kInput);
  torn.add(kOne, "urn:uuid:1", {core::kPatient, "a"}, 0);
  torn.add(kTwo, "urn:uuid:1", {core::kPatient, "b"}, 0);
  EXPECT_FALSE(torn.find(kElsewhere, "urn:uuid:1").has_value());
  EXPECT_EQ(torn.find(kTwo, "urn:uuid:1"), Found({core::kPatient, "b"}));
  UrnTable late(UrnReach::kInput);
  for (std::uint64_t i = 0; i < 100; ++i) {
    late.add({0, 1'000 + i}, "urn:uuid:1", {core::kPatient, i == 70 ? "1" : "a"}, i);
  }
  EXPECT_FALSE(late.find(kElsewhere, "urn:uuid:1").has_value());
}

TEST(UrnTable, SaysWhenTooManyWouldReachOverAll) {
  UrnTable table(UrnReach::kInput, 2);
  table.add(kOne, "urn:uuid:1", {core::kPatient, "1"}, 0);
  table.add(kOne, "urn:uuid:2", {core::kPatient, "2"}, 1);
  EXPECT_FALSE(table.overfull());
  table.add(kOne, "urn:uuid:3", {core::kPatient, "3"}, 2);
  EXPECT_TRUE(table.overfull());
  EXPECT_TRUE(table.find(kOne, "urn:uuid:3").has_value());
}

}  // namespace
}  // namespace fhirehose::index
