#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "document.hpp"
#include "edited_document.hpp"
#include "support/batch_builder.hpp"
#include "support/known_urns.hpp"
#include "transform/drop_bad_last_updated.hpp"
#include "transform/map_id.hpp"
#include "transform/rewrite_references.hpp"
#include "transform/strip_coverage.hpp"
#include "transform/tenant_label.hpp"

namespace fhirehose {
namespace {

using tests::compact;
using tests::Document;
using tests::EditedDocument;
using tests::unmark_numbers;

constexpr std::uint32_t kSeeds = 500;

enum class Kind { kStrip, kLabel, kDate, kResolve, kMap, kId };

const tests::KnownUrns& urns() {
  static const auto* const known = [] {
    auto* filled = new tests::KnownUrns;
    filled->add("urn:uuid:1", "Coverage", "c").add("urn:uuid:2", "Patient", "p");
    return filled;
  }();
  return *known;
}

record::SourceBases bases() {
  record::SourceBases list;
  EXPECT_TRUE(list.add("http://a.example/fhir"));
  return list;
}

const transform::Identity& kept() {
  static const transform::Identity identity{urns(), bases()};
  return identity;
}
const transform::Identity& prefixed() {
  static const transform::Identity identity{urns(), bases(), core::IdMapping::prefixed("x-")};
  return identity;
}

std::unique_ptr<transform::Transform> make(Kind kind) {
  if (kind == Kind::kStrip) return std::make_unique<transform::StripCoverage>(&urns());
  if (kind == Kind::kLabel) return std::make_unique<transform::TenantLabel>("T", "S");
  if (kind == Kind::kDate) return std::make_unique<transform::DropBadLastUpdated>();
  if (kind == Kind::kResolve) return std::make_unique<transform::RewriteReferences>(kept());
  if (kind == Kind::kMap) return std::make_unique<transform::RewriteReferences>(prefixed());
  return std::make_unique<transform::MapId>(prefixed().ids);
}

std::string spliced(const std::vector<Kind>& kinds, const std::string& text) {
  auto batch = tests::batch_of(text);
  transform::Chain chain;
  for (const Kind kind : kinds) chain.push_back(make(kind));
  transform::apply(chain, batch);
  return tests::printed(batch);
}

Document edited(Kind kind, const Document& original) {
  Document copy;
  copy.CopyFrom(original, copy.GetAllocator());
  EditedDocument document(copy, &urns());
  if (kind == Kind::kStrip) document.strip_coverage();
  if (kind == Kind::kLabel) document.label_tenant("S", "T");
  if (kind == Kind::kDate) document.drop_bad_last_updated();
  if (kind == Kind::kResolve) document.rewrite_references("http://a.example/fhir/", "");
  if (kind == Kind::kMap) document.rewrite_references("http://a.example/fhir/", "x-");
  if (kind == Kind::kId) document.map_id("x-");
  return copy;
}

class RandomEdit : public testing::TestWithParam<Kind> {};

TEST_P(RandomEdit, OfCompactTextPrintsAsParseEditPrint) {
  for (std::uint32_t seed = 0; seed < kSeeds; ++seed) {
    const Document document = tests::RandomDocument(seed).resource("ExplanationOfBenefit");
    ASSERT_EQ(spliced({GetParam()}, unmark_numbers(compact(document))),
              unmark_numbers(compact(edited(GetParam(), document))))
        << "seed " << seed;
  }
}

TEST_P(RandomEdit, OfSloppyTextReadsAsParseEditPrint) {
  for (std::uint32_t seed = 0; seed < kSeeds; ++seed) {
    tests::RandomDocument random(seed);
    const Document document = random.resource("ExplanationOfBenefit");
    const std::string output = spliced({GetParam()}, random.sloppy(document));
    const Document reread = tests::parsed(output);
    ASSERT_FALSE(reread.HasParseError()) << "seed " << seed << "\n" << output;
    ASSERT_EQ(compact(reread), unmark_numbers(compact(edited(GetParam(), document)), "\""))
        << "seed " << seed;
  }
}

/// All but what gives ids another prefix each time.
class IdempotentEdit : public testing::TestWithParam<Kind> {};

TEST_P(IdempotentEdit, TwiceIsTheSameAsOnce) {
  for (std::uint32_t seed = 0; seed < kSeeds; ++seed) {
    tests::RandomDocument random(seed);
    const Document document = random.resource("ExplanationOfBenefit");
    const std::string once = spliced({GetParam()}, random.sloppy(document));
    ASSERT_EQ(spliced({GetParam()}, once), once) << "seed " << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Transforms, RandomEdit,
                         testing::Values(Kind::kStrip, Kind::kLabel, Kind::kDate, Kind::kResolve,
                                         Kind::kMap, Kind::kId));
INSTANTIATE_TEST_SUITE_P(Transforms, IdempotentEdit,
                         testing::Values(Kind::kStrip, Kind::kLabel, Kind::kDate, Kind::kResolve));

TEST(RandomStrip, OfPrettyTextPrintsAsParseEditPrint) {
  for (std::uint32_t seed = 0; seed < kSeeds; ++seed) {
    const Document document = tests::RandomDocument(seed).resource("ExplanationOfBenefit");
    ASSERT_EQ(spliced({Kind::kStrip}, unmark_numbers(tests::pretty(document))),
              unmark_numbers(tests::pretty(edited(Kind::kStrip, document))))
        << "seed " << seed;
  }
}

TEST(RandomChain, PrintsWhatOneAfterTheOtherPrints) {
  for (std::uint32_t seed = 0; seed < kSeeds; ++seed) {
    tests::RandomDocument random(seed);
    const std::string text = random.sloppy(random.resource("ExplanationOfBenefit"));
    std::vector<Kind> kinds;
    for (std::size_t i = 0; i < 4; ++i) kinds.push_back(static_cast<Kind>(random.below(6)));
    // A chain knows a record by one id: it is mapped once.
    const auto id = std::ranges::find(kinds, Kind::kId);
    if (id != kinds.end()) kinds.erase(std::remove(id + 1, kinds.end(), Kind::kId), kinds.end());
    std::string expected = text;
    for (const Kind kind : kinds) expected = spliced({kind}, expected);
    ASSERT_EQ(spliced(kinds, text), expected) << "seed " << seed;
  }
}

}  // namespace
}  // namespace fhirehose
