#include "fhir-target/reference.hpp"

#include <gtest/gtest.h>

namespace fhirehose::target {
namespace {

constexpr auto kPractitioner = core::resource_type("Practitioner");

TEST(Reference, RelativeNamesTypeAndId) {
  const Reference parts = read_reference("Patient/a-1");
  EXPECT_EQ(parts.kind, ReferenceKind::kRelative);
  EXPECT_EQ(parts.type, core::kPatient);
  EXPECT_EQ(parts.id, "a-1");
}

TEST(Reference, VersionIsNoPartOfTheId) {
  EXPECT_EQ(read_reference("Patient/a-1/_history/3").id, "a-1");
}

TEST(Reference, ConditionalKeepsItsQuery) {
  const Reference parts = read_reference("Practitioner?identifier=http://a/b|1");
  EXPECT_EQ(parts.kind, ReferenceKind::kConditional);
  EXPECT_EQ(parts.type, kPractitioner);
  EXPECT_EQ(parts.query, "identifier=http://a/b|1");
}

TEST(Reference, KindsAreToldByTheirSpelling) {
  EXPECT_EQ(read_reference("urn:uuid:1").kind, ReferenceKind::kUrn);
  EXPECT_EQ(read_reference("#coverage").kind, ReferenceKind::kContained);
  EXPECT_EQ(read_reference("https://a.example/fhir/Patient/1").kind, ReferenceKind::kAbsolute);
  EXPECT_EQ(read_reference("Patent/1").kind, ReferenceKind::kUnknownType);
  EXPECT_EQ(read_reference("Patent?identifier=1").kind, ReferenceKind::kUnknownType);
  EXPECT_EQ(read_reference("somebody").kind, ReferenceKind::kOther);
  EXPECT_EQ(read_reference("").kind, ReferenceKind::kOther);
}

TEST(Reference, PercentEscapesAreDecoded) {
  EXPECT_EQ(percent_decoded("a%7Cb%2fc"), "a|b/c");
  EXPECT_EQ(percent_decoded("100%"), "100%");
  EXPECT_EQ(percent_decoded("%zz%7"), "%zz%7");
}

TEST(Reference, CriterionIsTheSameEncodedOrNot) {
  const auto plain = identifier_criterion(kPractitioner, "identifier=http://a|1");
  ASSERT_TRUE(plain.has_value());
  EXPECT_EQ(plain, identifier_criterion(kPractitioner, "identifier=http%3A%2F%2Fa%7C1"));
  EXPECT_NE(plain, identifier_criterion(kPractitioner, "identifier=1"));
  EXPECT_NE(plain, identifier_criterion(core::kPatient, "identifier=http://a|1"));
}

TEST(Reference, OnlyOneIdentifierIsACriterion) {
  EXPECT_FALSE(identifier_criterion(kPractitioner, "name=x").has_value());
  EXPECT_FALSE(identifier_criterion(kPractitioner, "identifier=").has_value());
  EXPECT_FALSE(identifier_criterion(kPractitioner, "identifier=|").has_value());
  EXPECT_FALSE(identifier_criterion(kPractitioner, "identifier=1&name=x").has_value());
}

}  // namespace
}  // namespace fhirehose::target
