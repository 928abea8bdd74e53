#include "record/capability_statement.hpp"

#include <gtest/gtest.h>

namespace fhirehose::record {
namespace {

std::optional<Capabilities> read(std::string body) { return read_capabilities(body); }

TEST(CapabilityStatement, GivesSoftwareAndVersions) {
  const auto found = read(R"({"resourceType":"CapabilityStatement","fhirVersion":"4.0.1",
    "software":{"name":"HAPI FHIR Server","version":"8.8.0"}})");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->software, "HAPI FHIR Server");
  EXPECT_EQ(found->software_version, "8.8.0");
  EXPECT_EQ(found->fhir_version, "4.0.1");
}

TEST(CapabilityStatement, GivesWhoPublishesAndWhatRuns) {
  const auto found = read(R"({"resourceType":"CapabilityStatement","publisher":"Medplum, Inc.",
    "implementation":{"description":"references open","url":"http://h"}})");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->publisher, "Medplum, Inc.");
  EXPECT_EQ(found->implementation, "references open");
}

TEST(CapabilityStatement, MaySayNothingOfItself) {
  const auto found = read(R"({"resourceType":"CapabilityStatement","software":7})");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->software, "");
  EXPECT_EQ(found->fhir_version, "");
}

TEST(CapabilityStatement, IsToldFromOtherAnswers) {
  for (const char* body :
       {"", "<html></html>", "{}", "[]", R"({"resourceType":"OperationOutcome"})",
        R"({"resourceType":"CapabilityStatement")"}) {
    EXPECT_FALSE(read(body)) << body;
  }
}

TEST(CapabilityStatement, GivesNoMoreThanShortPrintableTexts) {
  const std::string name = "a\\u001b[31mb\\n" + std::string(1'000, 'c');
  const auto found =
      read(R"({"resourceType":"CapabilityStatement","software":{"name":")" + name + R"("}})");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->software.substr(0, 6), "a[31mb");
  EXPECT_LE(found->software.size(), 80U);
}

}  // namespace
}  // namespace fhirehose::record
