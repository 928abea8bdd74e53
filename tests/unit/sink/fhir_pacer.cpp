#include <gtest/gtest.h>

#include "simulated_server.hpp"
#include "sink/fhir/pacer.hpp"

namespace fhirehose::sink::fhir {
namespace {

constexpr double kWanted = 0.95;  ///< of the best fixed pace

class KneeAt : public testing::TestWithParam<std::uint32_t> {};

TEST_P(KneeAt, IsFoundWithinTenSeconds) {
  const ServerModel model{.parallel = GetParam()};
  SimulatedLoad load(model, {});
  load.run_until(10);
  EXPECT_GE(load.run_until(40), kWanted * best_fixed(model));
  EXPECT_LE(load.pacer.pace().in_flight, 2 * GetParam() + 1) << "more only adds latency";
  EXPECT_EQ(load.pacer.why(), Tempo::Why::kKnee);
}

TEST_P(KneeAt, IsFoundThoughLatenciesVary) {
  const ServerModel model{.per_request = 0.001, .parallel = GetParam(), .noise = 0.3};
  SimulatedLoad load(model, {});
  load.run_until(10);
  EXPECT_GE(load.run_until(60), kWanted * best_fixed(model));
}

TEST_P(KneeAt, IsKeptWhereOverloadCosts) {
  const ServerModel model{.parallel = GetParam(), .decay = 0.02};
  SimulatedLoad load(model, {});
  load.run_until(10);
  EXPECT_GE(load.run_until(60), kWanted * best_fixed(model));
}

TEST_P(KneeAt, IsBackTenSecondsAfterAStorm) {
  const ServerModel model{.parallel = GetParam()};
  SimulatedLoad load(model, {});
  load.run_until(15);
  load.model.storm = true;
  load.run_until(20);
  EXPECT_LE(load.pacer.pace().in_flight, 1U);
  load.model.storm = false;
  load.run_until(30);
  EXPECT_GE(load.run_until(40), kWanted * best_fixed(model));
}

// What was in flight comes back good among the first refusals, and looks like a mere overload.
TEST_P(KneeAt, IsBackWheneverAStormBegan) {
  for (int hundredths = 0; hundredths < 100; hundredths += 5) {
    SimulatedLoad load({.parallel = GetParam(), .noise = 0.1}, {});
    load.run_until(20);
    const double before = load.run_until(30 + hundredths / 100.0);
    load.model.storm = true;
    load.run_until(35);
    load.model.storm = false;
    load.run_until(45);
    EXPECT_GE(load.run_until(60), 0.9 * before) << "begun at " << hundredths;
  }
}

TEST_P(KneeAt, IsFoundWhereAQueueIsFullSoonBehindIt) {
  const ServerModel model{.parallel = GetParam(), .queue = GetParam() / 2};
  SimulatedLoad load(model, {});
  load.run_until(10);
  EXPECT_GE(load.run_until(40), 0.9 * best_fixed({.parallel = GetParam()}));
}

INSTANTIATE_TEST_SUITE_P(Pacer, KneeAt, testing::Values(1, 2, 8, 64));

TEST(Pacer, FindsTheKneeOfAFastServerSoonerThanASlowOnes) {
  const ServerModel model{.per_request = 0.0004, .per_entry = 0.000001, .parallel = 4};
  SimulatedLoad load(model, {});
  load.run_until(0.15);
  EXPECT_GE(load.run_until(0.25), 0.9 * best_fixed(model));
}

TEST(Pacer, FollowsAKneeThatMovesUp) {
  SimulatedLoad load({.parallel = 4}, {});
  load.run_until(20);
  load.model.parallel = 32;
  load.run_until(50);
  EXPECT_GE(load.run_until(70), kWanted * best_fixed({.parallel = 32}));
}

TEST(Pacer, FollowsAKneeThatMovesDown) {
  SimulatedLoad load({.parallel = 32, .decay = 0.02}, {});
  load.run_until(20);
  load.model.parallel = 4;
  load.run_until(60);
  EXPECT_GE(load.run_until(120), kWanted * best_fixed({.parallel = 4, .decay = 0.02}));
  EXPECT_LE(load.pacer.pace().in_flight, 8U);
}

TEST(Pacer, MakesBundlesLargerWhereRequestsCost) {
  const ServerModel model{.per_request = 0.1, .per_entry = 0.0002, .parallel = 2};
  SimulatedLoad load(model, {});
  load.run_until(15);
  EXPECT_GE(load.run_until(40), kWanted * best_fixed(model));
  EXPECT_GE(load.pacer.pace().entries, 500U);
}

TEST(Pacer, MakesThemNoLargerWhereTheyDoNot) {
  SimulatedLoad load({.per_request = 0.0001, .per_entry = 0.001, .parallel = 2}, {});
  load.run_until(60);
  EXPECT_LE(load.pacer.pace().entries, 100U);
}

TEST(Pacer, NeverExceedsItsLimits) {
  const PaceLimits limits{.start = {8, 50}, .least = {1, 50}, .most = {16, 50}};
  SimulatedLoad load({.parallel = 64}, limits);
  load.run_until(60);
  EXPECT_EQ(load.most_in_flight(), 16U);
  EXPECT_EQ(load.pacer.pace(), (lane::Pace{16, 50}));
}

TEST(Pacer, StaysWhereItIsFixed) {
  SimulatedLoad load({.parallel = 64}, fixed_at({3, 77}));
  load.run_until(30);
  EXPECT_EQ(load.most_in_flight(), 3U);
  EXPECT_EQ(load.pacer.pace(), (lane::Pace{3, 77}));
  EXPECT_EQ(load.pacer.why(), Tempo::Why::kFixed);
}

TEST(Pacer, DoesNotClimbWhenThereIsTooLittleToSend) {
  SimulatedLoad load({.parallel = 64}, {});
  load.input_interval = 0.1;
  load.run_until(30);
  EXPECT_LE(load.pacer.pace().in_flight, 4U);
  EXPECT_EQ(load.pacer.why(), Tempo::Why::kInput);
}

TEST(Pacer, GivesWayToServersInTrouble) {
  Pacer pacer({.start = {16, 100}});
  for (int i = 0; i < 16; ++i) pacer.sent({});
  for (int i = 0; i < 16; ++i) pacer.failed({});
  EXPECT_EQ(pacer.pace().in_flight, 8U) << "once for all that was out";
  EXPECT_TRUE(pacer.in_trouble());
  for (int i = 0; i < 100; ++i) {
    pacer.sent({});
    pacer.failed({});
  }
  EXPECT_EQ(pacer.pace().in_flight, 1U) << "and never collapses to nothing";
}

TEST(Pacer, TakesOneFailureForAnAccident) {
  Pacer pacer({.start = {8, 100}});
  for (int i = 0; i < 8; ++i) pacer.sent({});
  pacer.failed({});
  for (int i = 0; i < 7; ++i) pacer.answered({}, 100);
  EXPECT_FALSE(pacer.in_trouble());
  EXPECT_EQ(pacer.pace().in_flight, 8U);
}

TEST(Pacer, KeepsToALimitThatItIsToldLater) {
  SimulatedLoad load({.per_request = 0.1, .per_entry = 0.0002, .parallel = 2}, {});
  load.pacer.limit_entries(50);
  EXPECT_EQ(load.pacer.pace().entries, 50U);
  load.run_until(40);
  EXPECT_EQ(load.pacer.pace().entries, 50U);
}

}  // namespace
}  // namespace fhirehose::sink::fhir
