#include "core/resource_type.hpp"

#include <gtest/gtest.h>

namespace fhirehose::core {
namespace {

TEST(ResourceType, NamesAreInStrictlyAscendingOrder) {
  for (std::size_t i = 1; i < kResourceTypeCount; ++i)
    EXPECT_LT(kResourceTypeNames[i - 1], kResourceTypeNames[i]);
}

TEST(ResourceType, FindsEachOfItsNames) {
  for (std::size_t i = 0; i < kResourceTypeCount; ++i) {
    const auto found = find_resource_type(kResourceTypeNames[i]);
    ASSERT_TRUE(found) << kResourceTypeNames[i];
    EXPECT_EQ(index_of(*found), i);
    EXPECT_EQ(name_of(*found), kResourceTypeNames[i]);
  }
}

TEST(ResourceType, KnowsNoAbstractMisspelledOrLaterType) {
  for (const char* name : {"", "A", "patient", "Patient ", "Patien", "Patients", "Resource",
                           "DomainResource", "SubscriptionTopic", "Zzz"}) {
    EXPECT_FALSE(find_resource_type(name)) << name;
  }
}

TEST(ResourceType, ConstantsAreWhatTheySay) {
  EXPECT_EQ(name_of(kBundle), "Bundle");
  EXPECT_EQ(name_of(kCoverage), "Coverage");
  EXPECT_EQ(name_of(kExplanationOfBenefit), "ExplanationOfBenefit");
  EXPECT_EQ(name_of(kPatient), "Patient");
}

}  // namespace
}  // namespace fhirehose::core
