#include "record/reference_text.hpp"

#include <gtest/gtest.h>

namespace fhirehose::record {
namespace {

void expect_target(std::string_view text, ReferenceKind kind, std::string_view type = {},
                   std::string_view id = {}) {
  const ReferenceTarget target = read_reference(text);
  EXPECT_EQ(target.kind, kind) << text;
  EXPECT_EQ(target.id, id) << text;
  EXPECT_TRUE(type.empty() || core::name_of(target.type) == type) << text;
}

TEST(ReferenceText, TellsTheKinds) {
  expect_target("Patient/1", ReferenceKind::kRelative, "Patient", "1");
  expect_target("ExplanationOfBenefit/-20140000010000/_history/2", ReferenceKind::kRelative,
                "ExplanationOfBenefit", "-20140000010000");
  expect_target("https://example.org/fhir/Coverage/part-a-1", ReferenceKind::kAbsolute, "Coverage",
                "part-a-1");
  expect_target("http://x/Patient/1/_history/3", ReferenceKind::kAbsolute, "Patient", "1");
  expect_target("urn:uuid:0b5ae1c2", ReferenceKind::kUrn);
  expect_target("urn:oid:1.2.3", ReferenceKind::kUrn);
  expect_target("#coverage", ReferenceKind::kContained);
  expect_target("Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|1",
                ReferenceKind::kConditional, "Practitioner");
}

TEST(ReferenceText, TakesWhatNamesNoResourceForOther) {
  for (const char* const text :
       {"", "Patient", "Patient/", "Patient/1/", "Patient/1/2", "Patien/1", "patient/1", "Foo?x=1",
        "/Patient/1", "https://example.org/fhir", "https://Patient/", "http://x/Foo/1",
        "http://x/Patient?identifier=1", "Patient/1?x", "ftp://x/Patient/1",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZ/1"}) {
    expect_target(text, ReferenceKind::kOther);
  }
}

TEST(ReferenceText, LooksUpEveryTypeOfR4) {
  for (const std::string_view name : core::kResourceTypeNames) {
    const auto type = lookup_type(name);
    ASSERT_TRUE(type.has_value()) << name;
    EXPECT_EQ(core::name_of(*type), name);
    EXPECT_FALSE(lookup_type(name.substr(1)).has_value()) << name;
  }
  EXPECT_FALSE(lookup_type("").has_value());
}

}  // namespace
}  // namespace fhirehose::record
