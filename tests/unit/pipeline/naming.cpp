#include "pipeline/naming.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fhirehose::pipeline {
namespace {

using testing::HasSubstr;

Identity identity(Ids ids, std::string prefix = {}, std::string system = {}) {
  Identity wishes;
  wishes.ids = ids;
  wishes.prefix = std::move(prefix);
  wishes.source_system = std::move(system);
  return wishes;
}

std::string mapped(const core::IdMapping& ids, std::string_view id) {
  std::string out;
  ids.append(core::kPatient, id, out);
  return out;
}

std::string id_of(const Identity& wishes, std::string_view id) {
  return mapped(reading_of(wishes).value().ids, id);
}

std::string why_not(const Identity& wishes) {
  const auto reading = reading_of(wishes);
  return reading ? "" : reading.error().message;
}

sink::Traits refusing() {
  sink::Traits traits;
  traits.name = "HAPI FHIR 8.8.0";
  traits.refuses_numeric_ids = true;
  return traits;
}

TEST(Naming, KeepsIdsUnlessAsked) {
  EXPECT_TRUE(reading_of({}).value().ids.keeps_all());
  EXPECT_TRUE(reading_of(identity(Ids::kKeep)).value().ids.keeps_all());
}

TEST(Naming, PutsThePrefixOrTheSystemsNameBeforeIds) {
  EXPECT_EQ(id_of(identity(Ids::kPrefix, "ab."), "1"), "ab.1");
  EXPECT_EQ(id_of(identity(Ids::kPrefix, "", "riverbend"), "1"), "riverbend-1");
}

TEST(Naming, PutsTheSystemsNameIntoUuids) {
  EXPECT_NE(id_of(identity(Ids::kUuid, "", "a"), "1"), id_of(identity(Ids::kUuid, "", "b"), "1"));
}

TEST(Naming, RefusesWhatContradictsItself) {
  EXPECT_THAT(why_not(identity(Ids::kPrefix)), HasSubstr("prefix=STR"));
  EXPECT_THAT(why_not(identity(Ids::kPrefix, "a", "b")), HasSubstr("no place"));
  EXPECT_THAT(why_not(identity(Ids::kKeep, "", "b")), HasSubstr("--source-system needs"));
  EXPECT_THAT(why_not(identity(Ids::kAuto, "", "b")), HasSubstr("--source-system needs"));
  Identity unasked;
  unasked.source_system = "b";
  EXPECT_THAT(why_not(unasked), HasSubstr("--source-system needs"));
}

TEST(Naming, RefusesWhatCantBeginAnId) {
  EXPECT_THAT(why_not(identity(Ids::kPrefix, "a_b")), HasSubstr("can't begin a FHIR id"));
  EXPECT_THAT(why_not(identity(Ids::kPrefix, std::string(64, 'a'))), HasSubstr("can't begin"));
  EXPECT_EQ(why_not(identity(Ids::kPrefix, std::string(63, 'a'))), "");
  EXPECT_THAT(why_not(identity(Ids::kPrefix, "", "River Bend")), HasSubstr("--source-system"));
}

TEST(Naming, RefusesASourceBaseThatIsNone) {
  Identity wishes;
  wishes.source_bases = {"ehr.example"};
  EXPECT_THAT(why_not(wishes), HasSubstr("--source-base"));
}

TEST(Naming, LettersIdsOnlyForWhoRefusesThem) {
  const Identity wishes = identity(Ids::kAuto);
  const auto reading = reading_of(wishes).value();
  EXPECT_EQ(mapped(reading.ids, "1"), "n-1");
  EXPECT_TRUE(without_letters(wishes, reading).ids.keeps_all());
  EXPECT_EQ(mapped(without_letters(identity(Ids::kPrefix, "n-"), reading).ids, "1"), "n-1");
}

TEST(Naming, NamesTheWayOutOfNumericIds) {
  index::LoadPlan plan;
  plan.types[core::index_of(core::kPatient)].numeric_id = 3;
  plan.types[core::index_of(core::kCoverage)].numeric_id = 4;
  const core::Status refused = ids_are_taken(plan, {}, refusing());
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, core::ErrorKind::kUsage);
  EXPECT_THAT(refused.error().message,
              HasSubstr("HAPI FHIR 8.8.0 refuses ids of digits only, as 7 of the records have (4 "
                        "Coverage, 3 Patient); nothing was sent. --ids auto"));
}

TEST(Naming, LetsNumericIdsBeWhereTheyAreTakenOrAskedFor) {
  index::LoadPlan plan;
  EXPECT_TRUE(ids_are_taken(plan, {}, refusing())) << "there are none";
  plan.types[core::index_of(core::kPatient)].numeric_id = 3;
  EXPECT_TRUE(ids_are_taken(plan, {}, {}));
  EXPECT_TRUE(ids_are_taken(plan, identity(Ids::kKeep), refusing()));
  EXPECT_TRUE(ids_are_taken(plan, identity(Ids::kAuto), refusing()));
}

}  // namespace
}  // namespace fhirehose::pipeline
