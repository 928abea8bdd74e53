#include "index/survey.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/parsed.hpp"

namespace fhirehose::index {
namespace {

using tests::parsed;

/// A look and a survey that have seen these texts, each a chunk of member 0.
class Surveyed {
 public:
  explicit Surveyed(const std::vector<std::string>& texts) {
    Look look(1, DuplicateRule::kNewest);
    std::uint32_t sequence = 0;
    std::uint64_t offset = 0;
    for (const std::string& text : texts) {
      const auto batch = parsed(text, {0, sequence++, offset});
      offset += text.size();
      look.add(*batch);
      survey_.add(*batch);
    }
    for (std::size_t shard = 0; shard < Look::kShards; ++shard) {
      survey_.settle(shard, look);
      look.decide(shard);
    }
  }
  const SurveyedType& of(std::string_view type) const {
    return *survey_.of(core::find_resource_type(type).value());
  }
  bool has(std::string_view type) const {
    return survey_.of(core::find_resource_type(type).value()) != nullptr;
  }

 private:
  Survey survey_;
};

std::string observation(const std::string& reference) {
  return R"({"resourceType":"Observation","id":"o","subject":{"reference":")" + reference +
         "\"}}\n";
}

constexpr const char* kPatientA = "{\"resourceType\":\"Patient\",\"id\":\"a\"}\n";

ReferenceFacts seen(const std::string& reference) {
  return Surveyed({observation(reference) + kPatientA}).of("Observation").references;
}

TEST(Survey, FindsATargetBehindTheReference) {
  const Surveyed surveyed({observation("Patient/a"), kPatientA});
  EXPECT_EQ(surveyed.of("Observation").references.present, 1U);
  EXPECT_EQ(surveyed.of("Observation").references.missing, 0U);
}

TEST(Survey, CountsAMissingTargetByItsType) {
  const ReferenceFacts facts = seen("Practitioner/a");
  EXPECT_EQ(facts.present, 0U);
  EXPECT_EQ(facts.missing, 1U);
  EXPECT_EQ(facts.missing_of[core::index_of(core::find_resource_type("Practitioner").value())], 1U);
}

TEST(Survey, TakesAVersionOfAResourceForTheResource) {
  EXPECT_EQ(seen("Patient/a/_history/3").present, 1U);
  EXPECT_EQ(seen("Patient/b/_history/3").missing, 1U);
  EXPECT_EQ(seen("https://example.org/fhir/Patient/a/_history/3").present, 1U);
}

TEST(Survey, LooksUpTheResourceOfAnAbsoluteReference) {
  EXPECT_EQ(seen("https://example.org/fhir/Patient/a").present, 1U);
  EXPECT_EQ(seen("https://example.org/fhir/Patient/b").missing, 1U);
}

TEST(Survey, UnderstandsEscapes) {
  EXPECT_EQ(seen(R"(Patient\/a)").present, 1U);
  EXPECT_EQ(seen(R"(Patient\/\u0061)").present, 1U);
  EXPECT_EQ(seen(R"(Patient\/b)").missing, 1U);
}

TEST(Survey, CountsWhatNamesNoResourceByItsKind) {
  EXPECT_EQ(seen("Practitioner?identifier=s|1").conditional, 1U);
  EXPECT_EQ(seen("#p").contained, 1U);
  EXPECT_EQ(seen("see the chart").other, 1U);
  EXPECT_EQ(seen("urn:uuid:1").urn_unresolved, 1U);
}

TEST(Survey, CountsEachReferenceOnce) {
  std::string text = kPatientA;
  for (int i = 0; i < 1'000; ++i) text += observation(i % 2 == 0 ? "Patient/a" : "Patient/b");
  const ReferenceFacts facts = Surveyed({text, text}).of("Observation").references;
  EXPECT_EQ(facts.present, 1'000U);
  EXPECT_EQ(facts.missing, 1'000U);
}

TEST(Survey, DoesNotTakeARejectedRecordForATarget) {
  const Surveyed surveyed(
      {observation("Patient/a") + R"({"resourceType":"Patient","id":"a","gender":})" + "\n"});
  EXPECT_EQ(surveyed.of("Observation").references.missing, 1U);
}

std::string bundle(const std::string& urn, const std::string& reference) {
  return R"({"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":")" + urn +
         R"(","resource":{"resourceType":"Patient","id":"p"}},{"fullUrl":"urn:uuid:9","resource")"
         R"(:{"resourceType":"Encounter","id":"e","subject":{"reference":")" +
         reference + R"("},"basedOn":[{"reference":"Patient/p"}]}}]})" + "\n";
}

TEST(Survey, ResolvesAUrnWithinItsBundleOnly) {
  const std::string first = bundle("urn:uuid:1", "urn:uuid:1");
  const std::string second = bundle("urn:uuid:2", "urn:uuid:1");
  for (const Surveyed& surveyed : {Surveyed({first, second}), Surveyed({first + second})}) {
    const ReferenceFacts& facts = surveyed.of("Encounter").references;
    EXPECT_EQ(facts.urn_resolved, 1U);
    EXPECT_EQ(facts.urn_unresolved, 1U);
    EXPECT_EQ(facts.present, 2U);
  }
}

TEST(Survey, CountsIllegalIdsApartFromOtherRejections) {
  const Surveyed surveyed({R"({"resourceType":"Patient","id":"a b"})"
                           "\n"
                           R"({"resourceType":"Patient","id":""})"
                           "\n"
                           R"({"resourceType":"Patient","id":"c","gender":})"
                           "\n"
                           R"({"resourceType":"Location","id":"d_d"})"
                           "\n"});
  EXPECT_EQ(surveyed.of("Patient").illegal_ids, 2U);
  EXPECT_EQ(surveyed.of("Location").illegal_ids, 1U);
  EXPECT_FALSE(surveyed.has("Observation"));
}

TEST(Survey, MeasuresResourcesNotTheLinesAroundThem) {
  const Surveyed surveyed({"   " + std::string(kPatientA), kPatientA});
  EXPECT_EQ(surveyed.of("Patient").sizes.max(), std::string_view(kPatientA).size() - 1);
}

}  // namespace
}  // namespace fhirehose::index
