#include "transform/strip_coverage.hpp"

#include <string>

#include <gtest/gtest.h>

#include "support/batch_builder.hpp"
#include "support/known_urns.hpp"

namespace fhirehose {
namespace {

std::string stripped(std::string_view json, const transform::UrnLookup* urns = nullptr) {
  auto batch = tests::batch_of(json);
  transform::Chain chain;
  chain.push_back(std::make_unique<transform::StripCoverage>(urns));
  transform::apply(chain, batch);
  return tests::printed(batch);
}

/// An ExplanationOfBenefit of these members, stripped, without what every one has.
std::string members_left(const std::string& members) {
  const std::string front = R"({"resourceType":"ExplanationOfBenefit")";
  std::string text = stripped(front + "," + members + "}");
  EXPECT_TRUE(text.starts_with(front) && text.ends_with('}')) << text;
  text = text.substr(front.size(), text.size() - front.size() - 1);
  return text.empty() ? text : text.substr(1);
}

TEST(StripCoverage, LeavesOtherTypesAlone) {
  const std::string claim =
      R"({"resourceType":"Claim","insurance":[{"coverage":{"reference":"Coverage/1"}}]})";
  EXPECT_EQ(stripped(claim), claim);
}

TEST(StripCoverage, KeepsWhatElseAnInsuranceHolds) {
  EXPECT_EQ(members_left(R"("insurance":[{"focal":true,"coverage":{"display":"Part A"}}],"use":1)"),
            R"("insurance":[{"focal":true}],"use":1)");
  EXPECT_EQ(members_left(R"("insurance":[{"coverage":{"display":"Part A"},"focal":true}])"),
            R"("insurance":[{"focal":true}])");
}

TEST(StripCoverage, RemovesAnInsuranceOfCoverageOnly) {
  EXPECT_EQ(members_left(R"("insurance":[{"coverage":{}}],"use":"claim")"), R"("use":"claim")");
  EXPECT_EQ(members_left(R"("insurance":[{"coverage":{}},{"focal":true},{"coverage":null}])"),
            R"("insurance":[{"focal":true}])");
}

TEST(StripCoverage, TakesAnInsuranceThatIsAnObject) {
  EXPECT_EQ(members_left(R"("insurance":{"coverage":{"display":"B"},"focal":true})"),
            R"("insurance":{"focal":true})");
  EXPECT_EQ(members_left(R"("use":"claim","insurance":{"coverage":{"display":"B"}})"),
            R"("use":"claim")");
}

TEST(StripCoverage, RemovesCoverageOfAContainedClaim) {
  EXPECT_EQ(members_left(R"("contained":[{"resourceType":"Claim","insurance":[{"sequence":1,)"
                         R"("coverage":{"display":"x"}}]}])"),
            R"("contained":[{"resourceType":"Claim","insurance":[{"sequence":1}]}])");
}

TEST(StripCoverage, KeepsACoverageMemberOutsideOfInsurance) {
  const std::string other = R"("item":[{"coverage":{"display":"x"},"insurance":{"coverage":1}}])";
  EXPECT_EQ(members_left(other), other);
}

TEST(StripCoverage, RemovesContainedCoverageAndItsUses) {
  EXPECT_EQ(members_left(R"("payee":{"party":{"reference":"#cov"}},"contained":[)"
                         R"({"resourceType":"Coverage","id":"cov"},)"
                         R"({"resourceType":"Organization","id":"org"}],)"
                         R"("a":{"reference":"#org"},"b":{"reference":"#cov"})"),
            R"("contained":[{"resourceType":"Organization","id":"org"}],"a":{"reference":"#org"})");
}

TEST(StripCoverage, SeesATypeBehindTheRestOfAContainedCoverage) {
  EXPECT_EQ(members_left(R"("contained":[{"id":"c","payor":[{"reference":"Coverage/2"}],)"
                         R"("resourceType":"Coverage"}],"a":{"reference":"#c"},"z":1)"),
            R"("z":1)");
}

TEST(StripCoverage, KeepsAReferenceToTheResourceItself) {
  EXPECT_EQ(members_left(R"("contained":[{"resourceType":"Coverage"}],"a":{"reference":"#"})"),
            R"("a":{"reference":"#"})");
}

TEST(StripCoverage, TakesContainedThatIsAnObject) {
  EXPECT_EQ(
      members_left(R"("a":{"reference":"#c"},"contained":{"resourceType":"Coverage","id":"c"})"
                   R"(,"z":1)"),
      R"("z":1)");
}

TEST(StripCoverage, RemovesLiteralReferencesInEveryForm) {
  for (const std::string text :
       {"Coverage/1", "Coverage/1/_history/2", "https://a.example/fhir/Coverage/1", "Coverage?x=1",
        "http://a.example/Coverage/1/_history/2", R"(Coverage\/1)", R"(Cover\u0061ge/1)",
        R"(\u0043overage/1)", "http://a.example/r4/Coverage?identifier=a|b"}) {
    EXPECT_EQ(members_left(R"("a":{"reference":")" + text + R"("},"z":1)"), R"("z":1)") << text;
  }
}

TEST(StripCoverage, KeepsReferencesThatOnlySoundLikeIt) {
  for (const std::string text : {"Patient/Coverage", "CoverageEligibilityResponse/1", "#Coverage",
                                 "urn:uuid:Coverage/1", "http://a.example/Coverage/Patient/1",
                                 "Patient?name=Coverage/1", "Coverage", "xCoverage/1"}) {
    const std::string member = R"("a":{"reference":")" + text + R"("})";
    EXPECT_EQ(members_left(member), member);
  }
}

TEST(StripCoverage, RemovesReferencesOfTypeCoverage) {
  EXPECT_EQ(members_left(R"("a":{"type":"Coverage","identifier":{"value":"7"}},"z":1)"),
            R"("z":1)");
  EXPECT_EQ(members_left(R"("a":[{"display":"A","type":"Coverage"}],"z":1)"), R"("z":1)");
  EXPECT_EQ(
      members_left(R"("a":{"type":"http://hl7.org/fhir/StructureDefinition/Coverage"},"z":1)"),
      R"("z":1)");
}

TEST(StripCoverage, KeepsATypeThatIsNoReference) {
  const std::string requirement = R"("a":{"type":"Coverage","profile":["x"]})";
  EXPECT_EQ(members_left(requirement), requirement);
  const std::string words = R"("a":{"display":"Drug Coverage Status Code","code":"coverage"})";
  EXPECT_EQ(members_left(words), words);
}

TEST(StripCoverage, KeepsAnExtensionWithoutItsValue) {
  EXPECT_EQ(
      members_left(R"("extension":[{"url":"u","valueReference":{"reference":"Coverage/1"}}])"),
      R"("extension":[{"url":"u"}])");
}

TEST(StripCoverage, RemovesWhatBecomesEmptyUpwards) {
  EXPECT_EQ(members_left(R"("a":{"b":[{"c":{"reference":"Coverage/1"}}]},"z":1)"), R"("z":1)");
  EXPECT_EQ(members_left(R"("a":{"b":[{},{"c":{"reference":"Coverage/1"}}]},"z":[])"),
            R"("a":{"b":[{}]},"z":[])");
}

TEST(StripCoverage, UnderstandsEscapedKeys) {
  EXPECT_EQ(members_left(R"("insur\u0061nce":[{"cover\u0061ge":{"display":"x"},"focal":true}],)"
                         R"("a":{"ref\u0065rence":"Coverage/1"})"),
            R"("insur\u0061nce":[{"focal":true}])");
}

TEST(StripCoverage, RemovesEachOfDoubledMembers) {
  EXPECT_EQ(members_left(R"("insurance":[{"coverage":1,"focal":true,"coverage":{"a":[1,2]}}])"),
            R"("insurance":[{"focal":true}])");
}

TEST(StripCoverage, AsksTheLookupAboutUrns) {
  tests::KnownUrns urns;
  urns.add("urn:uuid:1", "Coverage", "c").add("urn:uuid:2", "Patient", "p");
  const std::string json =
      R"({"resourceType":"ExplanationOfBenefit","a":{"reference":"urn:uuid:1"},)"
      R"("b":{"reference":"urn:uuid:2"},"c":{"reference":"urn:uuid:3"}})";
  EXPECT_EQ(stripped(json, &urns),
            R"({"resourceType":"ExplanationOfBenefit","b":{"reference":"urn:uuid:2"},)"
            R"("c":{"reference":"urn:uuid:3"}})");
  EXPECT_EQ(stripped(json), json);
}

TEST(StripCoverage, NeverRemovesTheResourceItself) {
  EXPECT_EQ(stripped(R"({"reference":"Coverage/1","resourceType":"ExplanationOfBenefit"})"),
            R"({"reference":"Coverage/1","resourceType":"ExplanationOfBenefit"})");
}

TEST(StripCoverage, CutsBeforeTheFirstKeptMember) {
  EXPECT_EQ(stripped(R"({"a":{"reference":"Coverage/1"},"insurance":[{"coverage":1}],)"
                     R"("resourceType":"ExplanationOfBenefit","z":{"reference":"Coverage/2"}})"),
            R"({"resourceType":"ExplanationOfBenefit"})");
}

TEST(StripCoverage, KeepsBracketsAndQuotesInStrings) {
  const std::string tricky =
      R"("text":"}]\"{[,\\","n":[3.000,-1E-22,123456789012345678901234567890])";
  EXPECT_EQ(members_left(tricky + R"(,"insurance":[{"coverage":{"display":"}\\\"]"}}])"), tricky);
}

}  // namespace
}  // namespace fhirehose
