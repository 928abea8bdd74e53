#include <gtest/gtest.h>

#include "sink/fhir/missing_target.hpp"

namespace fhirehose::sink::fhir {
namespace {

std::string reference_in(std::string_view spoken) {
  const auto missing = find_missing_target(spoken);
  return missing ? missing->reference : "none is missing";
}

TEST(MissingTarget, IsNamedByHapi) {
  EXPECT_EQ(reference_in("HAPI-1094: Resource Patient/p-1.x not found, specified in path: "
                         "Observation.subject"),
            "Patient/p-1.x");
  EXPECT_EQ(reference_in("HAPI-1096: Resource Observation/o is deleted, specified in path: "
                         "Observation.hasMember"),
            "Observation/o");
}

TEST(MissingTarget, IsNamedByBlaze) {
  EXPECT_EQ(reference_in("Referential integrity violated. Resource `Patient/0` doesn't exist."),
            "Patient/0");
}

TEST(MissingTarget, OfASearchIsOnlyItsType) {
  EXPECT_EQ(reference_in(R"(HAPI-1091: Invalid match URL "Practitioner?identifier=http://hl7.org)"
                         R"(/fhir/sid/us-npi|9999" - No resources match this search)"),
            "Practitioner");
}

TEST(MissingTarget, MayBeUnnamed) {
  EXPECT_EQ(reference_in("HAPI-1094: because"), "");
  EXPECT_EQ(reference_in("Invalid reference (Not found)"), "");
  EXPECT_EQ(reference_in("HAPI-1094: Resource Paitent/1 not found"), "");
  EXPECT_EQ(reference_in("HAPI-1094: Resource Patient/ not found"), "");
}

TEST(MissingTarget, DoesNotEndWithItsSentence) {
  EXPECT_EQ(reference_in("HAPI-1094: there is no Patient/1."), "Patient/1");
}

TEST(MissingTarget, IsNotInOtherComplaints) {
  for (const char* spoken :
       {"", "HAPI-0450: Failed to parse Patient/1", "Patient/1",
        "Referential integrity violated. Resource `Patient/0` should be deleted but is referenced "
        "from `Observation/1`."}) {
    EXPECT_FALSE(find_missing_target(spoken)) << spoken;
  }
}

TEST(StillReferenced, IsWhatEachServerSaysOfADelete) {
  for (const char* const spoken :
       {"HAPI-0550: HAPI-0515: Unable to delete Group/g",
        "Unable to delete Group/g because at least one resource has a reference to this resource. "
        "First reference found was resource Flag/f in path Flag.subject",
        "Referential integrity violated. Resource `Patient/0` should be deleted but is referenced "
        "from `Condition/0`."}) {
    EXPECT_TRUE(says_still_referenced(spoken)) << spoken;
  }
  EXPECT_FALSE(says_still_referenced("Unable to delete Group/g"));
  EXPECT_FALSE(says_still_referenced("HAPI-1094: Resource Patient/x not found"));
}

}  // namespace
}  // namespace fhirehose::sink::fhir
