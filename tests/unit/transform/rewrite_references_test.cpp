#include "transform/rewrite_references.hpp"

#include <string>

#include <gtest/gtest.h>

#include "support/batch_builder.hpp"
#include "support/known_urns.hpp"

namespace fhirehose {
namespace {

using transform::UrnScope;

void rewrite(const transform::Identity& identity, record::RecordBatch& batch) {
  transform::Chain chain;
  chain.push_back(std::make_unique<transform::RewriteReferences>(identity));
  transform::apply(chain, batch);
}

void resolve(const transform::UrnLookup& urns, record::RecordBatch& batch) {
  rewrite(transform::Identity{urns}, batch);
}

/// What becomes of a reference in the first Bundle of a member.
std::string rewritten(const transform::Identity& identity, const std::string& reference) {
  constexpr std::string_view kFront = R"({"resourceType":"Basic","subject":{"reference":")";
  auto batch = tests::batch_of(std::string(kFront) + reference + "\"}}");
  rewrite(identity, batch);
  std::string printed = tests::printed(batch).substr(kFront.size());
  printed.resize(printed.size() - 3);
  return printed;
}

const tests::KnownUrns kNoUrns;

record::SourceBases bases(const char* base) {
  record::SourceBases list;
  EXPECT_TRUE(list.add(base));
  return list;
}

TEST(RewriteReferences, WritesTypeAndIdOfWhatItKnows) {
  tests::KnownUrns urns;
  urns.add("urn:uuid:1", "Patient", "p-1").add("urn:oid:1.2", "Encounter", "e");
  auto batch = tests::batch_of(
      R"({"resourceType":"Claim","patient":{"reference": "urn:uuid:1"},"x":"urn:uuid:1",)"
      R"("item":[{"encounter":[{"reference":"urn:oid:1.2"},{"reference":"urn:uuid:2"}]}]})");
  resolve(urns, batch);
  EXPECT_EQ(tests::printed(batch),
            R"({"resourceType":"Claim","patient":{"reference": "Patient/p-1"},"x":"urn:uuid:1",)"
            R"("item":[{"encounter":[{"reference":"Encounter/e"},{"reference":"urn:uuid:2"}]}]})");
}

TEST(RewriteReferences, UnderstandsEscapes) {
  tests::KnownUrns urns;
  urns.add("urn:uuid:1", "Patient", "p");
  auto batch =
      tests::batch_of(R"({"resourceType":"Claim","patient":{"reference":"\u0075rn:uuid:\u0031"}})");
  resolve(urns, batch);
  EXPECT_EQ(tests::printed(batch),
            R"({"resourceType":"Claim","patient":{"reference":"Patient/p"}})");
}

TEST(RewriteReferences, LooksInTheRecordsOwnBundle) {
  tests::KnownUrns urns;
  urns.add("urn:uuid:1", "Patient", "first", {.member = 7, .bundle = 0});
  urns.add("urn:uuid:1", "Patient", "second", {.member = 7, .bundle = 900});
  const std::string json = R"({"resourceType":"Basic","subject":{"reference":"urn:uuid:1"}})";
  auto batch = tests::BatchBuilder(7).add(json).bundle(0).add(json).bundle(900).add(json).build();
  resolve(urns, batch);
  EXPECT_EQ(tests::printed(batch, 0), json);
  EXPECT_EQ(tests::printed(batch, 1),
            R"({"resourceType":"Basic","subject":{"reference":"Patient/first"}})");
  EXPECT_EQ(tests::printed(batch, 2),
            R"({"resourceType":"Basic","subject":{"reference":"Patient/second"}})");
}

TEST(RewriteReferences, FollowsTheirTargetsId) {
  const transform::Identity identity{kNoUrns, {}, core::IdMapping::prefixed("x-")};
  EXPECT_EQ(rewritten(identity, "Patient/1"), "Patient/x-1");
  EXPECT_EQ(rewritten(identity, "Patient/1/_history/3"), "Patient/x-1/_history/3");
  EXPECT_EQ(rewritten(identity, R"(Patient\/\u0031)"), "Patient/x-1");
}

TEST(RewriteReferences, EscapesAgainWhatNeedsIt) {
  const transform::Identity identity{kNoUrns, {}, core::IdMapping::prefixed("x-")};
  EXPECT_EQ(rewritten(identity, R"(Patient/1/_history/\"\n)"), R"(Patient/x-1/_history/\"\n)");
}

TEST(RewriteReferences, LeavesAloneWhatHasNoIdOfALoad) {
  const transform::Identity identity{kNoUrns, {}, core::IdMapping::prefixed("x-")};
  for (const char* reference :
       {"#a", "#", "", "Practitioner?identifier=http://s|1", "Patient/a_b", "Patient/",
        "http://a.example/fhir/Patient/1", "urn:uuid:1", "Nothing/1", "Patient/1#a"}) {
    EXPECT_EQ(rewritten(identity, reference), reference);
  }
}

TEST(RewriteReferences, LeavesAloneAllThatIsNoReference) {
  const transform::Identity identity{kNoUrns, bases("http://a.example"),
                                     core::IdMapping::prefixed("x-")};
  const std::string json =
      R"({"resourceType":"Claim","reference":"Patient/1","display":"Patient/1",)"
      R"("identifier":[{"system":"http://a.example/Patient/1","value":"Patient/1"}],)"
      R"("instantiatesCanonical":["http://a.example/PlanDefinition/1"],)"
      R"("meta":{"source":"http://a.example/Patient/1"},"extension":[{"url":"Patient/1"}]})";
  auto batch = tests::batch_of(json);
  rewrite(identity, batch);
  EXPECT_EQ(tests::printed(batch), json);
}

TEST(RewriteReferences, ReachesOutOfContainedResources) {
  const transform::Identity identity{kNoUrns, {}, core::IdMapping::prefixed("x-")};
  auto batch = tests::batch_of(
      R"({"resourceType":"Claim","contained":[{"resourceType":"Group","id":"g","member":[{"entity":)"
      R"({"reference":"Patient/1"}}]}],"a":{"reference":"#g"}})");
  rewrite(identity, batch);
  EXPECT_EQ(
      tests::printed(batch),
      R"({"resourceType":"Claim","contained":[{"resourceType":"Group","id":"g","member":[{"entity":)"
      R"({"reference":"Patient/x-1"}}]}],"a":{"reference":"#g"}})");
}

TEST(RewriteReferences, TakesTheSourcesBaseAway) {
  const transform::Identity keeps{kNoUrns, bases("https://ehr.example/fhir")};
  EXPECT_EQ(rewritten(keeps, "https://ehr.example/fhir/Patient/1"), "Patient/1");
  EXPECT_EQ(rewritten(keeps, R"(https:\/\/ehr.example\/fhir\/Patient\/1)"), "Patient/1");
  EXPECT_EQ(rewritten(keeps, "https://ehr.example/fhir/Practitioner?identifier=s|1"),
            "Practitioner?identifier=s|1");
  EXPECT_EQ(rewritten(keeps, "https://other.example/fhir/Patient/1"),
            "https://other.example/fhir/Patient/1");
  const transform::Identity maps{kNoUrns, bases("https://ehr.example/fhir"),
                                 core::IdMapping::lettered()};
  EXPECT_EQ(rewritten(maps, "https://ehr.example/fhir/Patient/1/_history/2"),
            "Patient/n-1/_history/2");
  EXPECT_EQ(rewritten(maps, "https://ehr.example/fhir/Patient/a_b"), "Patient/a_b");
}

TEST(RewriteReferences, KnowAFullUrlBeforeItsBase) {
  tests::KnownUrns urns;
  urns.add("urn:uuid:1", "Patient", "7").add("https://ehr.example/fhir/Patient/8", "Group", "g");
  const transform::Identity identity{urns, bases("https://ehr.example/fhir"),
                                     core::IdMapping::prefixed("x-")};
  EXPECT_EQ(rewritten(identity, "urn:uuid:1"), "Patient/x-7");
  EXPECT_EQ(rewritten(identity, "https://ehr.example/fhir/Patient/8"), "Group/x-g");
  EXPECT_EQ(rewritten(identity, "https://ehr.example/fhir/Patient/9"), "Patient/x-9");
}

TEST(Rename, GivesThePatientsId) {
  tests::KnownUrns urns;
  urns.add("urn:uuid:1", "Patient", "p").add("urn:uuid:2", "Group", "g");
  const std::string json = R"({"resourceType":"Basic"})";
  const auto renamed = [&](const core::IdMapping& ids) {
    auto batch = tests::BatchBuilder()
                     .bundle(UrnScope::kNoBundle)
                     .add(json)
                     .add(json)
                     .add(json)
                     .add(json)
                     .build();
    const char* const patients[] = {"urn:uuid:1", "urn:uuid:2", "urn:uuid:3", "plain"};
    for (std::size_t i = 0; i < 4; ++i) batch.records[i].patient = patients[i];
    transform::rename_records({urns, {}, ids}, batch);
    std::vector<std::string> list;
    for (const auto& record : batch.records) list.emplace_back(record.patient);
    return list;
  };
  using List = std::vector<std::string>;
  EXPECT_EQ(renamed({}), (List{"p", "urn:uuid:2", "urn:uuid:3", "plain"}));
  EXPECT_EQ(renamed(core::IdMapping::prefixed("x-")),
            (List{"x-p", "urn:uuid:2", "urn:uuid:3", "x-plain"}));
}

TEST(Rename, MapsIdsAndLeavesKeys) {
  auto batch = tests::batch_of(R"({"resourceType":"Basic","id":"1"})");
  batch.records[0].key = core::key_of(batch.records[0].type, "1");
  transform::rename_records({kNoUrns, {}, core::IdMapping::lettered()}, batch);
  EXPECT_EQ(batch.records[0].id, "n-1");
  EXPECT_EQ(batch.records[0].key, core::key_of(batch.records[0].type, "1"));
}

}  // namespace
}  // namespace fhirehose
