#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "support/batch_builder.hpp"
#include "support/known_urns.hpp"
#include "transform/map_id.hpp"
#include "transform/rewrite_references.hpp"
#include "transform/strip_coverage.hpp"
#include "transform/tenant_label.hpp"

namespace fhirehose {
namespace {

const std::filesystem::path kCases = FHIREHOSE_SOURCE_DIR "/tests/golden/transform/cases";

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path;
  std::string text{std::istreambuf_iterator<char>(file), {}};
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

/// Each `NAME.in.json` through the chain of a load with a tenant is `NAME.out.json`, to the byte.
class Golden : public testing::TestWithParam<const char*> {};

TEST_P(Golden, IsTheSameToTheByte) {
  transform::Chain chain;
  chain.push_back(std::make_unique<transform::StripCoverage>());
  chain.push_back(std::make_unique<transform::TenantLabel>("11111111-2222-3333-4444-555555555555"));
  const std::string name = GetParam();
  auto batch = tests::batch_of(content(kCases / (name + ".in.json")));
  transform::apply(chain, batch);
  EXPECT_EQ(tests::printed(batch), content(kCases / (name + ".out.json")));
}

/// A Coverage by all its names, through a load that renames everything.
TEST(GoldenNames, AreTheSameToTheByte) {
  tests::KnownUrns urns;
  urns.add("urn:uuid:aaaaaaaa-0000-4000-8000-000000000001", "Patient", "1")
      .add("urn:uuid:aaaaaaaa-0000-4000-8000-000000000002", "Coverage", "c1")
      .add("urn:oid:1.2.3", "Coverage", "c2")
      .add("http://payer.example/things/77", "Coverage", "c3");
  transform::Identity identity{urns, {}, core::IdMapping::prefixed("rb-")};
  ASSERT_TRUE(identity.bases.add("https://ehr.example/fhir"));
  transform::Chain chain;
  chain.push_back(std::make_unique<transform::StripCoverage>(&urns));
  chain.push_back(std::make_unique<transform::RewriteReferences>(identity));
  chain.push_back(std::make_unique<transform::MapId>(identity.ids));
  auto batch = tests::batch_of(content(kCases / "coverage-names-eob.in.json"));
  transform::apply(chain, batch);
  EXPECT_EQ(tests::printed(batch), content(kCases / "coverage-names-eob.out.json"));
}

INSTANTIATE_TEST_SUITE_P(Cases, Golden, testing::Values("pretty-eob", "tenants-eob"));

}  // namespace
}  // namespace fhirehose
