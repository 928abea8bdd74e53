#include "cli/inspection_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fhirehose::cli {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

Inspection with_members(std::size_t count) {
  Inspection inspection;
  for (std::size_t i = 0; i < count; ++i)
    inspection.members.push_back({"m" + std::to_string(i) + ".ndjson", 10'240, 102'400, 7, 0});
  return inspection;
}

TEST(InspectionText, NamesLineAndBytesOfABadRecord) {
  Inspection inspection;
  inspection.rejected = 1;
  inspection.bad_records.push_back({"a.ndjson", 3, 37, 73, "an unknown resourceType"});
  const std::string text = inspection_text(inspection);
  EXPECT_THAT(text, HasSubstr("a.ndjson:3 (bytes 37-73): an unknown resourceType"));
  EXPECT_THAT(text, Not(HasSubstr("more; --json")));
}

TEST(InspectionText, SaysHowManyBadRecordsItLeavesOut) {
  Inspection inspection;
  inspection.rejected = 1'234;
  inspection.bad_records.assign(1'000, {"a.ndjson", 3, 37, 73, "no JSON"});
  EXPECT_THAT(inspection_text(inspection),
              HasSubstr("rejected  and 1,214 more; --json lists the first 1,000\n"));
  inspection.rejected = 1'000;
  EXPECT_THAT(inspection_text(inspection),
              HasSubstr("rejected  and 980 more; --json lists them\n"));
}

TEST(InspectionText, ShowsSizesAndIdsOfAType) {
  Inspection inspection;
  TypeSummary& type = inspection.types["Claim"];
  type.resources = 15'821;
  type.illegal_ids = 42;
  type.size = {1'024, 8'602, 69'632};
  const std::string text = inspection_text(inspection);
  EXPECT_THAT(text, ContainsRegex("p50 +p99 +max +without id +numeric ids +illegal ids"));
  EXPECT_THAT(text, ContainsRegex("Claim +15,821 .* 1.0 KiB +8.4 KiB +68 KiB +0 +0 +42\n"));
}

TEST(InspectionText, ShowsReferencesOfTheTypesThatHaveAny) {
  Inspection inspection;
  inspection.types["Patient"].resources = 1;
  inspection.types["Claim"].references = {1, 2, 3, 4, 5, 6, 7, {{"Location", 2}}};
  inspection.references = inspection.types["Claim"].references;
  const std::string text = inspection_text(inspection);
  EXPECT_THAT(text, ContainsRegex("references of +present +missing +conditional +contained"));
  EXPECT_THAT(text, ContainsRegex("Claim +1 +2 +3 +4 +5 +6 +7\ntotal +1 +2 +3 +4 +5 +6 +7\n"));
  EXPECT_THAT(text, HasSubstr("missing   Claim to 2 Location\n"));
}

TEST(InspectionText, HasNoTableOfReferencesWithoutAny) {
  Inspection inspection;
  inspection.types["Patient"].resources = 1;
  EXPECT_THAT(inspection_text(inspection), Not(HasSubstr("references of")));
}

TEST(InspectionText, ListsMembers) {
  const std::string text = inspection_text(with_members(20));
  EXPECT_THAT(text, ContainsRegex("member +stored +unpacked +records +rejected\n"));
  EXPECT_THAT(text, ContainsRegex("m19.ndjson +10 KiB +100 KiB +7 +0\n"));
  EXPECT_THAT(text, Not(HasSubstr("more; --json")));
}

TEST(InspectionText, CutsALongListOfMembers) {
  const std::string text = inspection_text(with_members(1'021));
  EXPECT_THAT(text, HasSubstr("m19.ndjson"));
  EXPECT_THAT(text, Not(HasSubstr("m20.ndjson")));
  EXPECT_THAT(text, HasSubstr("members   and 1,001 more; --json lists them\n"));
}

}  // namespace
}  // namespace fhirehose::cli
