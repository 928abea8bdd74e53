#include <string>

#include <gtest/gtest.h>

#include "document.hpp"
#include "edited_document.hpp"
#include "support/batch_builder.hpp"
#include "support/zip_member.hpp"
#include "transform/strip_coverage.hpp"
#include "transform/tenant_label.hpp"

namespace fhirehose {
namespace {

using tests::compact;
using tests::Document;

/// Failures name the line only: the content stays out of logs.
class RealData : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const std::string archive = std::string(FHIREHOSE_SHARED "/data/") + GetParam();
    lines_ = tests::lines_of_zip(archive, "ExplanationOfBenefit");
    if (!lines_) GTEST_SKIP() << "no ExplanationOfBenefit member in " << archive;
    if (lines_->size() > 300) lines_->resize(300);
  }

  std::string spliced(const transform::Chain& chain, std::size_t line) const {
    auto batch = tests::batch_of((*lines_)[line]);
    transform::apply(chain, batch);
    return tests::printed(batch);
  }

  std::optional<std::vector<std::string>> lines_;
};

TEST_P(RealData, StrippedPrintsAsParseEditPrint) {
  transform::Chain chain;
  chain.push_back(std::make_unique<transform::StripCoverage>());
  std::size_t changed = 0;
  for (std::size_t line = 0; line < lines_->size(); ++line) {
    Document expected = tests::parsed((*lines_)[line]);
    tests::EditedDocument(expected, nullptr).strip_coverage();
    const std::string output = spliced(chain, line);
    ASSERT_TRUE(compact(tests::parsed(output)) == compact(expected)) << "line " << line + 1;
    ASSERT_TRUE(output.find("\"coverage\":") == std::string::npos) << "line " << line + 1;
    changed += output != (*lines_)[line] ? 1U : 0U;
  }
  EXPECT_GT(changed, lines_->size() / 2);
}

TEST_P(RealData, LabelledPrintsAsParseEditPrint) {
  transform::Chain chain;
  chain.push_back(std::make_unique<transform::TenantLabel>("t-1"));
  for (std::size_t line = 0; line < lines_->size(); ++line) {
    Document expected = tests::parsed((*lines_)[line]);
    tests::EditedDocument(expected, nullptr).label_tenant(transform::kTenantSystem, "t-1");
    const std::string output = spliced(chain, line);
    ASSERT_TRUE(compact(tests::parsed(output)) == compact(expected)) << "line " << line + 1;
  }
}

INSTANTIATE_TEST_SUITE_P(Archives, RealData,
                         testing::Values("cms-carin-eob.zip", "synthea-10-ndjson.zip"));

}  // namespace
}  // namespace fhirehose
