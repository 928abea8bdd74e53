#include "source/sniff.hpp"

#include <gtest/gtest.h>

#include "compressed.hpp"
#include "zip_builder.hpp"

namespace fhirehose::source {
namespace {

using namespace std::string_view_literals;

Format format_of(std::string_view text) { return sniff(text).format; }

TEST(Sniff, KnowsWhatIsRead) {
  EXPECT_EQ(format_of(testing::gzipped("x")), Format::kGzip);
  EXPECT_EQ(format_of(testing::zstd_frame("x")), Format::kZstd);
  EXPECT_EQ(format_of(testing::skippable_frame("x")), Format::kZstd);
  EXPECT_EQ(format_of(testing::build_zip({{.name = "x"}})), Format::kZip);
  EXPECT_EQ(format_of(testing::build_zip({})), Format::kZip);
}

TEST(Sniff, TakesTheRestForRecords) {
  for (const std::string_view text : {""sv, "{"sv, "PK"sv, "\xEF\xBB\xBF{}"sv, "[1]"sv, "\x1F"sv}) {
    EXPECT_EQ(format_of(text), Format::kPlain) << text;
  }
}

TEST(Sniff, TakesTextThatHasLettersOfTarForRecords) {
  const std::string before = R"({"resourceType":"AllergyIntolerance","code":{"text":"m)";
  const std::string text = before + std::string(257 - before.size(), 'm') + R"(ustard"}})";
  ASSERT_EQ(text.find("ustard"), 257);
  EXPECT_EQ(format_of(text), Format::kPlain);
}

TEST(Sniff, KnowsFhirInXmlByItsRoot) {
  constexpr std::string_view kXml = "FHIR in XML, not in JSON";
  for (
      const std::string_view text :
      {R"(<Patient xmlns="http://hl7.org/fhir"><id value="x"/></Patient>)"sv,
       "\xEF\xBB\xBF\n<?xml version='1.0'?>\n<!-- <a> -->\n<Bundle xmlns='http://hl7.org/fhir'/>"sv,
       R"(<fhir:Patient xmlns:fhir="http://hl7.org/fhir"/>)"sv,
       R"(<Patient xmlns="http://hl7.org/fhir)"sv}) {
    EXPECT_EQ(sniff(text).name, kXml) << text;
  }
  for (const std::string_view text :
       {R"(<xs:schema xmlns="http://hl7.org/fhir"/>)"sv, R"(<p>"http://hl7.org/fhir"</p>)"sv,
        "<Patient/>"sv, "<!-- <Patient xmlns='http://hl7.org/fhir'/>"sv, "<?"sv, "<"sv, ""sv,
        R"({"a":"<Patient xmlns='http://hl7.org/fhir'/>"})"sv}) {
    EXPECT_EQ(format_of(text), Format::kPlain) << text;
  }
}

TEST(Sniff, NamesWhatIsNotRead) {
  EXPECT_EQ(sniff("BZh91"sv).name, "a bzip2 file");
  EXPECT_EQ(sniff("\xFD\x37zXZ\0..."sv).name, "an xz file");
  EXPECT_EQ(sniff("\xFF\xFE{\0"sv).format, Format::kForeign);
  std::string tar(kSniffBytes, '\0');
  tar.replace(257, 5, "ustar");
  EXPECT_EQ(sniff(tar).name, "a tar archive");
}

}  // namespace
}  // namespace fhirehose::source
