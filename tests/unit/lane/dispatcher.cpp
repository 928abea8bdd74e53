#include "lane/dispatcher.hpp"

#include <string>

#include <gtest/gtest.h>

#include "observations.hpp"

namespace fhirehose::lane {
namespace {

constexpr std::uint64_t kNoLimit = 1'000'000;

void add(Dispatcher& dispatcher, const record::BatchHandle& batch) {
  dispatcher.add(dealt(batch, dispatcher.lanes()));
}

TEST(Dispatcher, LetsAFullBundleGo) {
  Dispatcher dispatcher(16, kNoLimit);
  add(dispatcher, observations(3));
  const auto bundle = dispatcher.next({.in_flight = 1, .entries = 2});
  ASSERT_TRUE(bundle.has_value());
  EXPECT_EQ(bundle->entries.size(), 2U);
  EXPECT_EQ(bundle->lanes.size(), 1U);
  EXPECT_FALSE(bundle->atomic);
}

TEST(Dispatcher, FillsABundleFromSeveralLanes) {
  Dispatcher dispatcher(64, kNoLimit);
  add(dispatcher, organizations(40));
  const auto bundle = dispatcher.next({.in_flight = 1, .entries = 40});
  ASSERT_TRUE(bundle.has_value());
  EXPECT_EQ(bundle->entries.size(), 40U);
  EXPECT_GT(bundle->lanes.size(), 10U);
}

TEST(Dispatcher, HasOneBundleOfAPatientInFlight) {
  Dispatcher dispatcher(16, kNoLimit);
  add(dispatcher, observations(2));
  const Pace pace{.in_flight = 8, .entries = 1};
  const auto first = dispatcher.next(pace);
  ASSERT_TRUE(first.has_value());
  EXPECT_FALSE(dispatcher.next(pace).has_value());
  dispatcher.delivered(first->lanes);
  EXPECT_TRUE(dispatcher.next(pace).has_value());
}

TEST(Dispatcher, LetsRecordsRaceWhereThereAreNoLanes) {
  Dispatcher dispatcher(0, kNoLimit);
  add(dispatcher, observations(3));
  const Pace pace{.in_flight = 2, .entries = 1};
  EXPECT_TRUE(dispatcher.next(pace)->lanes.empty());
  EXPECT_TRUE(dispatcher.next(pace).has_value());
  EXPECT_FALSE(dispatcher.next(pace).has_value()) << "the pace is two";
}

TEST(Dispatcher, HasAsMuchInFlightAsThePaceSays) {
  Dispatcher dispatcher(64, kNoLimit);
  add(dispatcher, organizations(40));
  const auto bundle = dispatcher.next({.in_flight = 1, .entries = 4});
  ASSERT_TRUE(bundle.has_value());
  EXPECT_FALSE(dispatcher.next({.in_flight = 1, .entries = 4}).has_value());
  EXPECT_TRUE(dispatcher.next({.in_flight = 2, .entries = 4}).has_value()) << "it may rise";
  dispatcher.delivered(bundle->lanes);
  EXPECT_FALSE(dispatcher.next({.in_flight = 1, .entries = 4}).has_value()) << "and fall";
  EXPECT_EQ(dispatcher.in_flight(), 1U);
}

TEST(Dispatcher, HasPlentyForTwiceWhatMayBeUnderWay) {
  Dispatcher dispatcher(64, kNoLimit);
  EXPECT_FALSE(dispatcher.has_plenty({.in_flight = 1, .entries = 1}));
  add(dispatcher, organizations(40));
  EXPECT_TRUE(dispatcher.has_plenty({.in_flight = 5, .entries = 4}));
  EXPECT_FALSE(dispatcher.has_plenty({.in_flight = 6, .entries = 4}));
}

TEST(Dispatcher, HasPlentyWhereItIsBytesThatFillBundles) {
  Dispatcher dispatcher(64, 10);
  add(dispatcher, organizations(40));
  EXPECT_TRUE(dispatcher.has_plenty({.in_flight = 5, .entries = 1'000}));
}

TEST(Dispatcher, CountsNothingForPlentyThatMayNotGo) {
  Dispatcher dispatcher(16, kNoLimit);
  add(dispatcher, observations(10));
  const Pace pace{.in_flight = 1, .entries = 4};
  EXPECT_TRUE(dispatcher.has_plenty(pace));
  const auto bundle = dispatcher.next(pace);
  ASSERT_TRUE(bundle.has_value());
  EXPECT_FALSE(dispatcher.has_plenty(pace)) << "the others are of the same patient";
}

TEST(Dispatcher, KeepsWhatIsNotFullUntilItMayGoSo) {
  Dispatcher dispatcher(16, kNoLimit);
  add(dispatcher, observations(3));
  const Pace pace{.in_flight = 1, .entries = 10};
  EXPECT_FALSE(dispatcher.next(pace).has_value());
  EXPECT_EQ(dispatcher.next(pace, Fill::kPartial)->entries.size(), 3U);
}

TEST(Dispatcher, SendsAllWhenNothingMoreComes) {
  Dispatcher dispatcher(16, kNoLimit);
  add(dispatcher, observations(3));
  const auto batch = observations(2, "q");
  dispatcher.add({{0, 17}, batch, all_rows(batch), 2, 6});
  const Pace pace{.in_flight = 2, .entries = 10};
  EXPECT_FALSE(dispatcher.next(pace).has_value());
  dispatcher.expect_no_more();
  EXPECT_TRUE(dispatcher.next(pace)->atomic);
  EXPECT_EQ(dispatcher.next(pace)->entries.size(), 3U);
  dispatcher.expect_more();
  add(dispatcher, observations(3, "r"));
  EXPECT_FALSE(dispatcher.next({.in_flight = 3, .entries = 10}).has_value());
}

TEST(Dispatcher, LimitsTheBytesOfABundle) {
  const auto batch = observations(4);
  const std::uint64_t one = record::edited_size(*batch, batch->records[0]);
  Dispatcher dispatcher(16, 2 * one);
  add(dispatcher, batch);
  const auto bundle = dispatcher.next({.in_flight = 1, .entries = 100});
  EXPECT_EQ(bundle->entries.size(), 2U);
  EXPECT_EQ(bundle->bytes, 2 * one);
}

TEST(Dispatcher, LimitsTheBytesOfABundleAsThePaceSays) {
  const auto batch = observations(4);
  const std::uint64_t one = record::edited_size(*batch, batch->records[0]);
  Dispatcher dispatcher(16, kNoLimit);
  add(dispatcher, batch);
  const auto bundle = dispatcher.next({.in_flight = 1, .entries = 100, .bytes = 3 * one});
  EXPECT_EQ(bundle->entries.size(), 3U);
}

TEST(Dispatcher, SendsARecordLargerThanTheLimitOnItsOwn) {
  Dispatcher dispatcher(16, 1);
  add(dispatcher, observations(2));
  EXPECT_EQ(dispatcher.next({.in_flight = 1, .entries = 100})->entries.size(), 1U);
}

TEST(Dispatcher, SendsWhatHasWaitedLongestFirst) {
  Dispatcher dispatcher(64, kNoLimit);
  const auto old = observations(1, "a");
  add(dispatcher, old);
  add(dispatcher, observations(50, "b"));
  EXPECT_EQ(dispatcher.next({.in_flight = 1, .entries = 2})->entries[0].batch, old.get())
      << "though another lane is fuller";
}

TEST(Dispatcher, LetsTheFullestLaneGoFirstOnceNothingMoreComes) {
  Dispatcher dispatcher(64, kNoLimit);
  const auto old = observations(1, "a");
  const auto many = observations(50, "b");
  add(dispatcher, old);
  add(dispatcher, many);
  dispatcher.expect_no_more();
  const auto first = dispatcher.next({.in_flight = 2, .entries = 40});
  EXPECT_EQ(first->entries[0].batch, many.get());
  const auto second = dispatcher.next({.in_flight = 2, .entries = 40});
  EXPECT_EQ(second->entries[0].batch, old.get()) << "the fuller one is busy";
  dispatcher.expect_more();
  dispatcher.delivered(first->lanes);
  dispatcher.delivered(second->lanes);
  add(dispatcher, observations(20, "c"));
  EXPECT_EQ(dispatcher.next({.in_flight = 1, .entries = 10})->entries[0].batch, many.get())
      << "ten of them have waited longest";
}

TEST(Dispatcher, HoldsABatchOnceUntilItsLastRowIsGone) {
  Dispatcher dispatcher(64, kNoLimit);
  auto batch = organizations(40);
  const std::weak_ptr<record::RecordBatch> held = batch;
  add(dispatcher, std::exchange(batch, nullptr));
  {
    const auto bundle = dispatcher.next({.in_flight = 1, .entries = 30});
    EXPECT_EQ(bundle->holds.size(), 1U);
  }
  EXPECT_FALSE(held.expired()) << "ten rows wait";
  dispatcher.expect_no_more();
  auto rest = dispatcher.next({.in_flight = 2, .entries = 30});
  EXPECT_EQ(rest->entries.size(), 10U);
  EXPECT_FALSE(held.expired());
  rest.reset();
  EXPECT_TRUE(held.expired());
}

TEST(Dispatcher, KeepsATransactionWholeAndItsPatientApart) {
  Dispatcher dispatcher(16, 1);
  const auto batch = observations(5, "a");
  const Pace pace{.in_flight = 4, .entries = 2};
  dispatcher.add({{0, 17}, batch, all_rows(batch), 5, 5});
  const auto bundle = dispatcher.next(pace);
  ASSERT_TRUE(bundle.has_value());
  EXPECT_TRUE(bundle->atomic);
  EXPECT_EQ(bundle->entries.size(), 5U) << "whatever the limits";
  const auto other = observations(1, "a");
  dispatcher.add({{1, 17}, other, all_rows(other), 1, 1});
  EXPECT_FALSE(dispatcher.next(pace).has_value());
  dispatcher.delivered(bundle->lanes);
  EXPECT_TRUE(dispatcher.next(pace).has_value());
}

}  // namespace
}  // namespace fhirehose::lane
