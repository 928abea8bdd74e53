#include "transform/tenant_label.hpp"

#include <string>

#include <gtest/gtest.h>

#include "support/batch_builder.hpp"

namespace fhirehose {
namespace {

std::string labelled(std::string_view json, std::string_view tenant = "T",
                     std::string_view system = "S") {
  auto batch = tests::batch_of(json);
  transform::Chain chain;
  chain.push_back(std::make_unique<transform::TenantLabel>(tenant, system));
  transform::apply(chain, batch);
  return tests::printed(batch);
}

/// The `meta` of a Patient that came with this one.
std::string meta_after(const std::string& meta) {
  const std::string front = R"({"resourceType":"Patient","meta":)";
  const std::string text = labelled(front + meta + R"(,"active":true})");
  EXPECT_TRUE(text.starts_with(front) && text.ends_with(R"(,"active":true})")) << text;
  return text.substr(front.size(), text.size() - front.size() - 15);
}

TEST(TenantLabel, PutsAMissingMetaBehindTheType) {
  EXPECT_EQ(
      labelled(R"({"resourceType":"Patient","id":"1"})"),
      R"({"resourceType":"Patient","meta":{"security":[{"system":"S","code":"T"}]},"id":"1"})");
  EXPECT_EQ(labelled(R"({"id":"1","resourceType":"Basic"})"),
            R"({"id":"1","resourceType":"Basic","meta":{"security":[{"system":"S","code":"T"}]}})");
}

TEST(TenantLabel, HasTheClaimAsItsSystem) {
  auto batch = tests::batch_of(R"({"resourceType":"Patient"})");
  transform::Chain chain;
  chain.push_back(std::make_unique<transform::TenantLabel>("0000-1"));
  transform::apply(chain, batch);
  EXPECT_EQ(tests::printed(batch),
            R"({"resourceType":"Patient","meta":{"security":[{"system":)"
            R"("http://thirdopinion.io/identity/claims/tenant","code":"0000-1"}]}})");
}

TEST(TenantLabel, PutsAMissingSecurityLastInMeta) {
  EXPECT_EQ(meta_after(R"({"versionId":"1" })"),
            R"({"versionId":"1","security":[{"system":"S","code":"T"}] })");
  EXPECT_EQ(meta_after("{}"), R"({"security":[{"system":"S","code":"T"}]})");
}

TEST(TenantLabel, KeepsLabelsOfOtherSystems) {
  EXPECT_EQ(meta_after(R"({"security":[{"system":"X","code":"T"}, {"code":"R"}]})"),
            R"({"security":[{"system":"X","code":"T"}, {"code":"R"},{"system":"S","code":"T"}]})");
  EXPECT_EQ(meta_after(R"({"security":[]})"), R"({"security":[{"system":"S","code":"T"}]})");
}

TEST(TenantLabel, ReplacesAnotherTenantsLabelInPlace) {
  EXPECT_EQ(meta_after(R"({"security":[{"system":"X"},{"code":"U","system":"S"},{"code":"R"}]})"),
            R"({"security":[{"system":"X"},{"system":"S","code":"T"},{"code":"R"}]})");
  EXPECT_EQ(meta_after(R"({"security":[{"system":"S"}]})"),
            R"({"security":[{"system":"S","code":"T"}]})");
}

TEST(TenantLabel, LeavesOneOfSeveralLabels) {
  EXPECT_EQ(meta_after(R"({"security":[{"system":"S","code":"U"},{"system":"S","code":"T"},)"
                       R"({"system":"X"},{"system":"S","code":"V"}]})"),
            R"({"security":[{"system":"S","code":"T"},{"system":"X"}]})");
}

TEST(TenantLabel, LeavesItsOwnLabelAsItIsSpelled) {
  const std::string meta = R"({"security":[{"code":"\u0054", "system":"S","display":"mine"}]})";
  EXPECT_EQ(meta_after(meta), meta);
}

TEST(TenantLabel, MakesAnArrayOfASecurityObject) {
  EXPECT_EQ(meta_after(R"({"security":{"code":"R"}})"),
            R"({"security":[{"code":"R"},{"system":"S","code":"T"}]})");
  EXPECT_EQ(meta_after(R"({"security":{"system":"S","code":"U"}})"),
            R"({"security":[{"system":"S","code":"T"}]})");
}

TEST(TenantLabel, ReplacesWhatIsNoMeta) {
  EXPECT_EQ(meta_after("null"), R"({"security":[{"system":"S","code":"T"}]})");
  EXPECT_EQ(meta_after(R"({"security":null})"), R"({"security":[{"system":"S","code":"T"}]})");
}

TEST(TenantLabel, LabelsEachOfDoubledSecurities) {
  EXPECT_EQ(meta_after(R"({"security":[],"secur\u0069ty":[{"system":"S","code":"U"}]})"),
            R"({"security":[{"system":"S","code":"T"}],)"
            R"("secur\u0069ty":[{"system":"S","code":"T"}]})");
}

TEST(TenantLabel, FindsMetaByAnEscapedKey) {
  EXPECT_EQ(labelled(R"({"m\u0065ta":{},"resourceType":"Patient"})"),
            R"({"m\u0065ta":{"security":[{"system":"S","code":"T"}]},"resourceType":"Patient"})");
}

TEST(TenantLabel, IgnoresMetaFurtherDown) {
  EXPECT_EQ(labelled(R"({"resourceType":"Patient","contained":[{"meta":{}}]})"),
            R"({"resourceType":"Patient","meta":{"security":[{"system":"S","code":"T"}]},)"
            R"("contained":[{"meta":{}}]})");
}

TEST(TenantLabel, EscapesWhatItInserts) {
  EXPECT_EQ(labelled(R"({"resourceType":"Patient"})", "a\"b\\c\n", "s/"),
            R"({"resourceType":"Patient","meta":{"security":[{"system":"s/",)"
            R"("code":"a\"b\\c\n"}]}})");
}

TEST(TenantLabel, AddsNothingToWhatItMade) {
  for (const std::string json : {R"({"resourceType":"Patient"})",
                                 R"({"resourceType":"Patient","meta":{"security":{"code":"R"}}})",
                                 R"({"resourceType":"Patient","meta":{"a":1}})"}) {
    const std::string once = labelled(json);
    EXPECT_EQ(labelled(once), once);
  }
}

}  // namespace
}  // namespace fhirehose
