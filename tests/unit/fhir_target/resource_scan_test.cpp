#include "fhir-target/resource_scan.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fhirehose::target {
namespace {

using testing::HasSubstr;

std::string diagnostics_of(const std::string& text) {
  const Body body(text);
  const auto scan = scan_resource(body);
  return scan ? "accepted" : scan.error().diagnostics;
}

TEST(ResourceScan, FindsTypeIdVersionAndLastUpdated) {
  const Body body(
      R"({ "meta" : {"versionId":"12","lastUpdated":"2020-01-02T03:04:05Z"}, "id":"p1" , "resourceType" : "Patient" })");
  const auto scan = scan_resource(body);
  ASSERT_TRUE(scan.has_value());
  EXPECT_EQ(scan->type, core::kPatient);
  EXPECT_EQ(scan->id, "p1");
  EXPECT_EQ(scan->last_updated, core::parse_instant("2020-01-02T03:04:05Z"));
  EXPECT_EQ(scan->version_id, 12U);
}

TEST(ResourceScan, LeavesBlanksAroundTheTextOut) {
  const Body body("\n {\"resourceType\":\"Patient\"}\r\n");
  const auto scan = scan_resource(body);
  ASSERT_TRUE(scan.has_value());
  EXPECT_EQ(scan->text, R"({"resourceType":"Patient"})");
  EXPECT_EQ(scan->id.data(), nullptr);
}

TEST(ResourceScan, FindsReferencesAtAnyDepthInOrder) {
  const Body body(R"({"resourceType":"Observation","subject":{"reference":"Patient/1"},
    "contained":[{"resourceType":"Basic","author":{"reference":"#x"}}],
    "performer":[[{"reference" : "Practitioner\/2" }]]})");
  const auto scan = scan_resource(body);
  ASSERT_TRUE(scan.has_value());
  ASSERT_EQ(scan->references.size(), 3U);
  EXPECT_EQ(scan->references[0].text, "Patient/1");
  EXPECT_EQ(scan->references[1].text, "#x");
  EXPECT_EQ(scan->references[2].text, "Practitioner/2");
  EXPECT_EQ(scan->references[2].spelled, "Practitioner\\/2");
}

TEST(ResourceScan, SeesAnEscapedReferenceKey) {
  const Body body(R"({"resourceType":"Basic","subject":{"ref\u0065rence":"Patient/1"}})");
  const auto scan = scan_resource(body);
  ASSERT_TRUE(scan.has_value());
  ASSERT_EQ(scan->references.size(), 1U);
  EXPECT_EQ(scan->references[0].text, "Patient/1");
}

TEST(ResourceScan, SeesEscapedKeysOfItsOwn) {
  const Body body(R"({"r\u0065sourceType":"Basic","\u0069d":"b1"})");
  const auto scan = scan_resource(body);
  ASSERT_TRUE(scan.has_value());
  EXPECT_EQ(scan->type, core::resource_type("Basic"));
  EXPECT_EQ(scan->id, "b1");
}

TEST(ResourceScan, AReferenceThatIsNoStringIsWalked) {
  const Body body(
      R"({"resourceType":"Consent","provision":{"data":[{"reference":{"reference":"Patient/1"}}]}})");
  const auto scan = scan_resource(body);
  ASSERT_TRUE(scan.has_value());
  ASSERT_EQ(scan->references.size(), 1U);
}

TEST(ResourceScan, FindsIdentifiersOfTheResourceOnly) {
  const Body body(R"({"resourceType":"Patient","identifier":[{"system":"s","value":"a\"b"},
    {"value":"2"},{"system":"only"}],"contact":[{"identifier":{"value":"other"}}]})");
  const auto scan = scan_resource(body);
  ASSERT_TRUE(scan.has_value());
  ASSERT_EQ(scan->identifiers.size(), 2U);
  EXPECT_EQ(scan->identifiers[0].system, "s");
  EXPECT_EQ(scan->identifiers[0].value, "a\"b");
  EXPECT_EQ(scan->identifiers[1].value, "2");
}

TEST(ResourceScan, TakesASingleIdentifier) {
  const Body body(R"({"resourceType":"QuestionnaireResponse","identifier":{"value":"q"}})");
  const auto scan = scan_resource(body);
  ASSERT_TRUE(scan.has_value());
  EXPECT_EQ(scan->identifiers.size(), 1U);
}

TEST(ResourceScan, RefusesWhatIsNoJsonObject) {
  for (const auto* text : {"", "[]", "nonsense", R"({"resourceType":"Patient")",
                           R"({"resourceType":"Patient"}{})", R"({"resourceType":"Patient","a":})",
                           R"({"resourceType":"Patient","a":tru})", "{\"resourceType\":\"\xff\"}"})
    EXPECT_THAT(diagnostics_of(text), HasSubstr("HAPI-0450")) << text;
}

TEST(ResourceScan, RefusesAnUnknownOrMissingType) {
  EXPECT_THAT(diagnostics_of(R"({"resourceType":"Patent"})"), HasSubstr("HAPI-1684"));
  EXPECT_THAT(diagnostics_of(R"({"id":"1"})"), HasSubstr("HAPI-1838"));
}

TEST(ResourceScan, RefusesABadDateWithoutRepeatingIt) {
  const std::string diagnostics =
      diagnostics_of(R"({"resourceType":"Patient","birthDate":"1990-99-01"})");
  EXPECT_THAT(diagnostics, HasSubstr("birthDate"));
  EXPECT_THAT(diagnostics, testing::Not(HasSubstr("1990-99-01")));
}

TEST(ResourceScan, RefusesNestingBeyondAThousand) {
  const auto nested = [](int depth) {
    return R"({"resourceType":"Basic","a":)" + std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']') + "}";
  };
  EXPECT_EQ(diagnostics_of(nested(900)), "accepted");
  EXPECT_THAT(diagnostics_of(nested(1100)), HasSubstr("HAPI-0450"));
}

}  // namespace
}  // namespace fhirehose::target
