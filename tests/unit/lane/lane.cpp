#include "lane/lane.hpp"

#include <string>

#include <gtest/gtest.h>

#include "lane/route.hpp"
#include "support/parsed.hpp"

namespace fhirehose::lane {
namespace {

using tests::parsed;

record::BatchHandle observations(int count, const std::string& patient = "p",
                                 const memory::ChunkOrigin& origin = {}) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += R"({"resourceType":"Observation","id":")" + std::to_string(i) +
            R"(","subject":{"reference":"Patient/)" + patient + "\"}}\n";
  }
  return parsed(text, origin);
}

Slice all_of(const record::BatchHandle& batch) {
  Slice slice{batch, {}, std::nullopt};
  for (std::uint32_t row = 0; row < batch->records.size(); ++row) slice.rows.push_back(row);
  return slice;
}

TEST(Lane, LetsAFullBundleGo) {
  Lane lane(3, {.entries = 2, .bytes = 1'000'000});
  lane.add(all_of(observations(3)));
  const auto bundle = lane.take();
  ASSERT_TRUE(bundle.has_value());
  EXPECT_EQ(bundle->entries.size(), 2U);
  EXPECT_EQ(bundle->lane, 3U);
  EXPECT_FALSE(bundle->atomic);
}

TEST(Lane, HasOneBundleInFlight) {
  Lane lane(0, {.entries = 1, .bytes = 1'000'000});
  lane.add(all_of(observations(2)));
  ASSERT_TRUE(lane.take().has_value());
  EXPECT_FALSE(lane.take().has_value());
  lane.delivered();
  EXPECT_TRUE(lane.take().has_value());
}

TEST(Lane, KeepsWhatIsNotFullUntilFlushed) {
  Lane lane(0, {.entries = 10, .bytes = 1'000'000});
  lane.add(all_of(observations(3)));
  EXPECT_FALSE(lane.take().has_value());
  lane.flush();
  EXPECT_EQ(lane.take()->entries.size(), 3U);
}

TEST(Lane, LimitsTheBytesOfABundle) {
  const auto batch = observations(4);
  const std::uint64_t one = record::edited_size(*batch, batch->records[0]);
  Lane lane(0, {.entries = 100, .bytes = 2 * one});
  lane.add(all_of(batch));
  lane.flush();
  const auto bundle = lane.take();
  EXPECT_EQ(bundle->entries.size(), 2U);
  EXPECT_EQ(bundle->bytes, 2 * one);
}

TEST(Lane, SendsARecordLargerThanTheLimitOnItsOwn) {
  Lane lane(0, {.entries = 100, .bytes = 1});
  lane.add(all_of(observations(2)));
  lane.flush();
  EXPECT_EQ(lane.take()->entries.size(), 1U);
}

TEST(Lane, HoldsEachBatchOnce) {
  Lane lane(0, {.entries = 6, .bytes = 1'000'000});
  const auto a = observations(3);
  const auto b = observations(3);
  lane.add(all_of(a));
  lane.add(all_of(b));
  EXPECT_EQ(lane.take()->holds.size(), 2U);
}

TEST(Lane, GathersATransactionUntilAllItsEntriesAreAccountedFor) {
  Lane lane(0, {.entries = 1, .bytes = 1});
  const AtomicName name{0, 17};
  Slice second = all_of(observations(2, "p", {0, 1, 0}));
  second.atomic = AtomicPart{name, 2, 6};
  lane.add(second);
  Slice nothing_to_send{observations(3, "p", {0, 2, 0}), {}, AtomicPart{name, 3, 6}};
  lane.add(nothing_to_send);
  lane.flush();
  EXPECT_FALSE(lane.take().has_value());
  Slice first = all_of(observations(1, "p", {0, 0, 0}));
  first.atomic = AtomicPart{name, 1, 6};
  lane.add(first);
  const auto bundle = lane.take();
  ASSERT_TRUE(bundle.has_value());
  EXPECT_TRUE(bundle->atomic);
  ASSERT_EQ(bundle->entries.size(), 3U);
  EXPECT_EQ(bundle->entries[0].batch->chunk->origin.sequence, 0U) << "in the order of the source";
}

TEST(Lane, SendsUnfinishedTransactionsWhenNothingMoreComes) {
  Lane lane(0, {});
  Slice slice = all_of(observations(2));
  slice.atomic = AtomicPart{{0, 17}, 2, 6};
  lane.add(slice);
  lane.finish();
  EXPECT_EQ(lane.take()->entries.size(), 2U);
}

TEST(Route, KeepsAPatientInOneLane) {
  const auto a = observations(20, "a");
  std::vector<std::uint32_t> rows(20);
  for (std::uint32_t i = 0; i < 20; ++i) rows[i] = i;
  const auto slices = route(a, rows, 7, LaneBy::kPatient);
  ASSERT_EQ(slices.size(), 1U);
  const auto patient = parsed(R"({"resourceType":"Patient","id":"a"})"
                              "\n");
  const auto own = route(patient, std::vector<std::uint32_t>{0}, 7, LaneBy::kPatient);
  EXPECT_EQ(own[0].first, slices[0].first) << "the Patient goes with its records";
}

TEST(Route, DealsRecordsWithoutAPatientOut) {
  std::string text;
  for (int i = 0; i < 64; ++i)
    text += R"({"resourceType":"Organization","id":")" + std::to_string(i) + "\"}\n";
  const auto batch = parsed(text);
  std::vector<std::uint32_t> rows(64);
  for (std::uint32_t i = 0; i < 64; ++i) rows[i] = i;
  std::size_t dealt = 0;
  const auto slices = route(batch, rows, 4, LaneBy::kPatient);
  for (const auto& [lane, slice] : slices) dealt += slice.rows.size();
  EXPECT_EQ(slices.size(), 4U);
  EXPECT_EQ(dealt, 64U);
}

TEST(Route, KeepsAChunkTogetherWhereAnyOrderWillDo) {
  const auto batch = observations(5);
  const auto slices = route(batch, std::vector<std::uint32_t>{0, 2, 4}, 4, LaneBy::kChunk);
  ASSERT_EQ(slices.size(), 1U);
  EXPECT_EQ(slices[0].second.rows, (std::vector<std::uint32_t>{0, 2, 4}));
}

}  // namespace
}  // namespace fhirehose::lane
