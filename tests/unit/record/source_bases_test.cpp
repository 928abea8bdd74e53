#include "record/source_bases.hpp"

#include <string>

#include <gtest/gtest.h>

namespace fhirehose::record {
namespace {

SourceBases bases_of(std::initializer_list<const char*> list) {
  SourceBases bases;
  for (const char* base : list) EXPECT_TRUE(bases.add(base)) << base;
  return bases;
}

TEST(SourceBases, LeaveTypeAndIdOfWhatIsBelow) {
  const SourceBases bases = bases_of({"https://ehr.example/fhir/", "http://b.example"});
  EXPECT_EQ(bases.below("https://ehr.example/fhir/Patient/1"), "Patient/1");
  EXPECT_EQ(bases.below("http://b.example/Patient/1/_history/2"), "Patient/1/_history/2");
  EXPECT_EQ(bases.below("http://b.example/Practitioner?identifier=http://s|1"),
            "Practitioner?identifier=http://s|1");
}

TEST(SourceBases, LeaveWhatIsNotBelowThem) {
  const SourceBases bases = bases_of({"https://ehr.example/fhir"});
  for (const char* url :
       {"https://ehr.example/fhir", "https://ehr.example/fhirPatient/1",
        "https://ehr.example/fhir/ValueSets/1", "https://ehr.example/fhir/a/Patient/1",
        "http://ehr.example/fhir/Patient/1", "https://other.example/fhir/Patient/1", "Patient/1",
        "urn:uuid:1", "", "https://ehr.example/fhir/"}) {
    EXPECT_FALSE(bases.below(url).has_value()) << url;
  }
}

TEST(SourceBases, MayLieBelowEachOther) {
  const SourceBases bases = bases_of({"http://a.example", "http://a.example/Patient"});
  EXPECT_EQ(bases.below("http://a.example/Patient/Encounter/1"), "Encounter/1");
  EXPECT_EQ(bases.below("http://a.example/Patient/1"), "Patient/1");
}

TEST(SourceBases, TakeWebAddressesOnly) {
  SourceBases bases;
  for (const char* text : {"", "ehr.example/fhir", "ftp://ehr.example", "https://a.example/?x=1",
                           "https://a.example/#x", "https://a b", "https://u:p@a"}) {
    EXPECT_FALSE(bases.add(text)) << text;
  }
  EXPECT_FALSE(bases.add("https://" + std::string(SourceBases::kLongest, 'a')));
  EXPECT_TRUE(bases.empty());
}

TEST(SourceBases, AreLimitedInNumber) {
  SourceBases bases;
  for (std::size_t i = 0; i < SourceBases::kMost; ++i) {
    ASSERT_TRUE(bases.add("http://a.example/" + std::to_string(i)));
  }
  EXPECT_TRUE(bases.full());
  EXPECT_TRUE(bases.add("http://a.example/7")) << "it is there already";
  EXPECT_FALSE(bases.add("http://a.example/new"));
}

TEST(BaseOf, IsWhatStandsBeforeTypeAndId) {
  EXPECT_EQ(base_of("https://ehr.example/fhir/Patient/1"), "https://ehr.example/fhir");
  EXPECT_EQ(base_of("https://ehr.example/fhir/Patient/1/_history/4"), "https://ehr.example/fhir");
  EXPECT_EQ(base_of("https://ehr.example/fhir/Nothing/1"), "");
  EXPECT_EQ(base_of("Patient/1"), "");
}

}  // namespace
}  // namespace fhirehose::record
