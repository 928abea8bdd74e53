#include "lane/route.hpp"

#include <set>

#include <gtest/gtest.h>

#include "observations.hpp"

namespace fhirehose::lane {
namespace {

TEST(Route, KeepsAPatientInOneLane) {
  const Dealt records = dealt(observations(20, "a"), 7);
  const auto patient = tests::parsed(R"({"resourceType":"Patient","id":"a"})"
                                     "\n");
  const std::uint32_t lane = dealt(patient, 7).rows.at(0).lane;
  ASSERT_EQ(records.rows.size(), 20U);
  for (const Dealt::Row& row : records.rows) EXPECT_EQ(row.lane, lane);
}

TEST(Route, DealsRecordsWithoutAPatientOut) {
  std::set<std::uint32_t> lanes;
  for (const Dealt::Row& row : dealt(organizations(64), 4).rows) lanes.insert(row.lane);
  EXPECT_EQ(lanes, (std::set<std::uint32_t>{0, 1, 2, 3}));
}

TEST(Route, HasLaneZeroOnlyWhereThereAreNoLanes) {
  for (const Dealt::Row& row : dealt(organizations(8), 0).rows) EXPECT_EQ(row.lane, 0U);
}

TEST(Route, TakesTheRowsThatItIsGivenWithTheirBytes) {
  const auto batch = observations(5);
  const Dealt some = route(batch, std::vector<std::uint32_t>{0, 2, 4}, 4);
  ASSERT_EQ(some.rows.size(), 3U);
  EXPECT_EQ(some.rows[1].row, 2U);
  EXPECT_EQ(some.rows[1].bytes, record::edited_size(*batch, batch->records[2]));
}

TEST(LaneOf, ATransactionIsThatOfItsFirstPatient) {
  const auto none = organizations(3);
  const auto some = observations(1, "a");
  const std::vector<Entry> entries = {{none.get(), 0}, {none.get(), 1}, {some.get(), 0}};
  EXPECT_EQ(lane_of(entries, 251), dealt(some, 251).rows[0].lane);
  EXPECT_EQ(lane_of({entries.data(), 2}, 251), dealt(none, 251).rows[0].lane);
}

}  // namespace
}  // namespace fhirehose::lane
