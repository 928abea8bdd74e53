#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "support/batch_builder.hpp"
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

INSTANTIATE_TEST_SUITE_P(Cases, Golden, testing::Values("pretty-eob", "tenants-eob"));

}  // namespace
}  // namespace fhirehose
