#include "fhirehose/inspect.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/loading.hpp"
#include "support/scratch_directory.hpp"

namespace fhirehose {
namespace {

using testing::HasSubstr;
using namespace tests;

Inspection inspected(std::string_view text) {
  const ScratchDirectory scratch;
  write_file(scratch / "x.ndjson", text);
  InputOptions options;
  options.sources = {(scratch / "x.ndjson").string()};
  Progress progress;
  return std::get<Inspection>(inspect(options, progress));
}

constexpr std::string_view kThree =
    R"({"resourceType":"Patient","id":"a"})"
    "\n"
    R"({"resourceType":"Group","id":"g","member":[{"reference":"Patient/a"},{"reference":"Patient/b"}]})"
    "\n"
    R"({"resourceType":"Location","id":"no id"})"
    "\n";

TEST(Inspect, TellsWhereReferencesPoint) {
  const Inspection inspection = inspected(kThree);
  EXPECT_EQ(inspection.types.at("Group").references.present, 1U);
  EXPECT_EQ(inspection.types.at("Group").references.missing_by_target.at("Patient"), 1U);
  EXPECT_EQ(inspection.references.missing, 1U);
  EXPECT_EQ(inspection.references.missing_by_target.at("Patient"), 1U);
}

TEST(Inspect, ListsATypeOfWhichAllIdsAreIllegal) {
  const TypeSummary location = inspected(kThree).types.at("Location");
  EXPECT_EQ(location.resources, 0U);
  EXPECT_EQ(location.illegal_ids, 1U);
}

TEST(Inspect, MeasuresTheResourcesOfEachType) {
  const TypeSummary group = inspected(kThree).types.at("Group");
  EXPECT_EQ(group.size.max, group.bytes);
  EXPECT_EQ(group.size.p50, group.bytes);
}

TEST(InspectionJson, HasAllThatWasFound) {
  const std::string json = to_json(inspected(kThree));
  EXPECT_THAT(json, HasSubstr(R"("numeric_ids":0,"illegal_ids":1,"refers_to":[])"));
  EXPECT_THAT(json, HasSubstr(R"("size":{"p50":35,"p99":35,"max":35})"));
  EXPECT_THAT(json,
              HasSubstr(R"("references":{"present":1,"missing":1,"conditional":0,"contained":0,)"
                        R"("urn_resolved":0,"urn_unresolved":0,"other":0,)"
                        R"("missing_by_target":{"Patient":1}})"));
}

}  // namespace
}  // namespace fhirehose
