#include <string>

#include <gtest/gtest.h>

#include "support/batch_builder.hpp"
#include "support/known_urns.hpp"
#include "transform/rewrite_references.hpp"
#include "transform/strip_coverage.hpp"
#include "transform/tenant_label.hpp"

namespace fhirehose {
namespace {

using transform::Chain;

const char kEob[] = R"({"resourceType":"ExplanationOfBenefit")";
const char kLabel[] = R"({"system":"S","code":"T"})";

Chain chain_of(std::unique_ptr<transform::Transform> first,
               std::unique_ptr<transform::Transform> second) {
  Chain chain;
  chain.push_back(std::move(first));
  chain.push_back(std::move(second));
  return chain;
}

std::unique_ptr<transform::Transform> strip(const transform::UrnLookup* urns = nullptr) {
  return std::make_unique<transform::StripCoverage>(urns);
}

std::unique_ptr<transform::Transform> label() {
  return std::make_unique<transform::TenantLabel>("T", "S");
}

std::string applied(const Chain& chain, const std::string& json) {
  auto batch = tests::batch_of(json);
  transform::apply(chain, batch);
  return tests::printed(batch);
}

TEST(Chain, WithoutTransformsKeepsEditsOfParse) {
  auto batch = tests::batch_of(R"({"resourceType":"Patient"})");
  batch.edits.push_back({.offset = 1, .remove = 0, .insert = R"("id":"x",)"});
  batch.records[0].edits = 1;
  transform::apply({}, batch);
  EXPECT_EQ(tests::printed(batch), R"({"id":"x","resourceType":"Patient"})");
}

TEST(Chain, MergesEditsThatKeepClear) {
  auto batch = tests::batch_of(std::string(kEob) + R"(,"insurance":[{"coverage":1,"a":2}]})");
  batch.edits.push_back({.offset = 1, .remove = 0, .insert = R"("id":"x",)"});
  batch.records[0].edits = 1;
  transform::apply(chain_of(strip(), label()), batch);
  EXPECT_EQ(batch.records[0].edits, 3U);
  EXPECT_EQ(tests::printed(batch),
            R"({"id":"x","resourceType":"ExplanationOfBenefit","meta":{"security":[)" +
                std::string(kLabel) + R"(]},"insurance":[{"a":2}]})");
}

TEST(Chain, LabelsAgainWhatStrippingEmptied) {
  const std::string json = std::string(kEob) + R"(,"meta":{"x":{"reference":"Coverage/1"}},"z":1})";
  const std::string expected =
      std::string(kEob) + R"(,"meta":{"security":[)" + kLabel + R"(]},"z":1})";
  EXPECT_EQ(applied(chain_of(strip(), label()), json), expected);
  EXPECT_EQ(applied(chain_of(label(), strip()), json), expected);
}

TEST(Chain, InsertsWhereARemovedMemberStood) {
  const std::string json = std::string(kEob) + R"(,"insurance":[{"coverage":1}],"z":1})";
  const std::string expected =
      std::string(kEob) + R"(,"meta":{"security":[)" + kLabel + R"(]},"z":1})";
  EXPECT_EQ(applied(chain_of(strip(), label()), json), expected);
  EXPECT_EQ(applied(chain_of(label(), strip()), json), expected);
}

TEST(Chain, StripsWhatWasResolved) {
  tests::KnownUrns urns;
  urns.add("urn:uuid:1", "Coverage", "c").add("urn:uuid:2", "Patient", "p");
  const std::string json =
      std::string(kEob) +
      R"(,"a":{"reference":"urn:uuid:1"},"insurance":{"coverage":{"reference":"urn:uuid:1"}},)"
      R"("b":{"reference":"urn:uuid:2"}})";
  const std::string expected = std::string(kEob) + R"(,"b":{"reference":"Patient/p"}})";
  const transform::Identity identity{urns};
  const auto resolve = [&] { return std::make_unique<transform::RewriteReferences>(identity); };
  EXPECT_EQ(applied(chain_of(resolve(), strip(&urns)), json), expected);
  EXPECT_EQ(applied(chain_of(strip(&urns), resolve()), json), expected);
}

TEST(Chain, ResolvesNothingInWhatWasCutOut) {
  tests::KnownUrns urns;
  urns.add("urn:uuid:2", "Patient", "p");
  auto batch = tests::batch_of(
      std::string(kEob) +
      R"(,"contained":[{"resourceType":"Coverage","beneficiary":{"reference":"urn:uuid:2"}}],)"
      R"("patient":{"reference":"urn:uuid:2"}})");
  const transform::Identity identity{urns};
  transform::apply(chain_of(strip(), std::make_unique<transform::RewriteReferences>(identity)),
                   batch);
  EXPECT_EQ(batch.records[0].edits, 2U) << "the text was read again";
  EXPECT_EQ(tests::printed(batch), std::string(kEob) + R"(,"patient":{"reference":"Patient/p"}})");
}

TEST(Chain, ResolvesInTextThatWasReadAgain) {
  tests::KnownUrns urns;
  urns.add("urn:uuid:1", "Patient", "p").add("urn:uuid:2", "Coverage", "c");
  const transform::Identity identity{urns};
  auto chain = chain_of(strip(&urns), label());
  chain.push_back(std::make_unique<transform::RewriteReferences>(identity));
  EXPECT_EQ(applied(chain, std::string(kEob) + R"(,"insurance":[{"coverage":1}],)"
                                               R"("a":{"reference":"urn:uuid:1"}})"),
            std::string(kEob) + R"(,"meta":{"security":[)" + kLabel +
                R"(]},"a":{"reference":"Patient/p"}})");
}

TEST(Chain, KeepsTheReferencesOfTheBatch) {
  auto batch = tests::batch_of(std::string(kEob) + R"(,"insurance":[{"coverage":1}],)"
                                                   R"("a":{"reference":"Patient/1"}})");
  transform::apply(chain_of(strip(), label()), batch);
  ASSERT_EQ(batch.references.size(), 1U);
  EXPECT_EQ(batch.references[0].text(), "Patient/1");
}

}  // namespace
}  // namespace fhirehose
