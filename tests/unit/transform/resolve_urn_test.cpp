#include "transform/resolve_urn.hpp"

#include <string>

#include <gtest/gtest.h>

#include "support/batch_builder.hpp"
#include "support/known_urns.hpp"

namespace fhirehose {
namespace {

using transform::UrnScope;

void resolve(const transform::UrnLookup& urns, record::RecordBatch& batch) {
  transform::Chain chain;
  chain.push_back(std::make_unique<transform::ResolveUrn>(urns));
  transform::apply(chain, batch);
}

TEST(ResolveUrn, WritesTypeAndIdOfWhatItKnows) {
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

TEST(ResolveUrn, UnderstandsEscapes) {
  tests::KnownUrns urns;
  urns.add("urn:uuid:1", "Patient", "p");
  auto batch =
      tests::batch_of(R"({"resourceType":"Claim","patient":{"reference":"\u0075rn:uuid:\u0031"}})");
  resolve(urns, batch);
  EXPECT_EQ(tests::printed(batch),
            R"({"resourceType":"Claim","patient":{"reference":"Patient/p"}})");
}

TEST(ResolveUrn, LooksInTheRecordsOwnBundle) {
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

TEST(ResolvePatients, GivesThePatientsId) {
  tests::KnownUrns urns;
  urns.add("urn:uuid:1", "Patient", "p").add("urn:uuid:2", "Group", "g");
  const std::string json = R"({"resourceType":"Basic"})";
  auto batch = tests::BatchBuilder().add(json).add(json).add(json).add(json).build();
  batch.records[0].patient = "urn:uuid:1";
  batch.records[1].patient = "urn:uuid:2";
  batch.records[2].patient = "urn:uuid:3";
  batch.records[3].patient = "plain";
  resolve_patients(urns, batch);
  EXPECT_EQ(batch.records[0].patient, "p");
  EXPECT_EQ(batch.records[1].patient, "urn:uuid:2");
  EXPECT_EQ(batch.records[2].patient, "urn:uuid:3");
  EXPECT_EQ(batch.records[3].patient, "plain");
}

}  // namespace
}  // namespace fhirehose
