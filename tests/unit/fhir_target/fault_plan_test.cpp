#include "fhir-target/fault_plan.hpp"

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fhir-target/sightings.hpp"

namespace fhirehose::target {
namespace {

constexpr int kDraws = 20'000;

std::vector<Fault> faults(const std::vector<const char*>& texts) {
  std::vector<Fault> read;
  for (const char* text : texts) read.push_back(read_fault(text).value());
  return read;
}

std::uint64_t content(int number) { return content_of("POST", "/fhir", std::to_string(number)); }

/// The kinds that the first `count` contents meet at their first coming.
std::vector<std::string> met(const FaultPlan& plan, int count) {
  std::vector<std::string> kinds;
  for (int i = 0; i < count; ++i) {
    const Fault* fault = plan.for_request({.content = content(i)});
    kinds.push_back(fault == nullptr ? "" : fault->kind_name);
  }
  return kinds;
}

TEST(FaultPlan, TheSameSeedGivesTheSameFaults) {
  const FaultPlan one(7, 3, faults({"503:0.3", "cut:0.3"}));
  const FaultPlan other(7, 3, faults({"503:0.3", "cut:0.3"}));
  EXPECT_EQ(met(one, 1000), met(other, 1000));
}

TEST(FaultPlan, AnotherSeedGivesOthers) {
  const FaultPlan one(7, 3, faults({"503:0.5"}));
  const FaultPlan other(8, 3, faults({"503:0.5"}));
  EXPECT_NE(met(one, 1000), met(other, 1000));
}

TEST(FaultPlan, RatesAreKept) {
  const FaultPlan plan(1, 0, faults({"503:0.02", "reset-after:0.2", "cut:0.5"}));
  std::map<std::string, int> counts;
  for (const std::string& kind : met(plan, kDraws)) ++counts[kind];
  // Five standard deviations of a binomial distribution, and the seed is fixed.
  EXPECT_NEAR(counts["503"], 0.02 * kDraws, 100);
  EXPECT_NEAR(counts["reset-after"], 0.2 * kDraws, 290);
  EXPECT_NEAR(counts["cut"], 0.5 * kDraws, 360);
}

TEST(FaultPlan, RatesAreKeptFromTimeToTimeOfOneContent) {
  const FaultPlan plan(1, 0, faults({"503:0.25"}));
  int count = 0;
  for (std::uint32_t seen = 0; seen < kDraws; ++seen)
    count += plan.for_request({.content = content(1), .seen = seen}) == nullptr ? 0 : 1;
  EXPECT_NEAR(count, 0.25 * kDraws, 310);
}

TEST(FaultPlan, ARateOfOneStrikesAllAndOfZeroNone) {
  EXPECT_EQ(met(FaultPlan(1, 0, faults({"503:1"})), 100), std::vector<std::string>(100, "503"));
  EXPECT_EQ(met(FaultPlan(1, 0, faults({"503:0"})), 100), std::vector<std::string>(100, ""));
}

TEST(FaultPlan, ACappedContentIsLetThrough) {
  const FaultPlan plan(1, 2, faults({"503:1", "entry-429:1"}));
  EXPECT_NE(plan.for_request({.content = 5, .seen = 1, .faults = 1}), nullptr);
  EXPECT_EQ(plan.for_request({.content = 5, .seen = 2, .faults = 2}), nullptr);
  EXPECT_EQ(plan.for_entry({.content = 5, .seen = 2, .faults = 2}), nullptr);
}

TEST(FaultPlan, WithoutACapThereIsNoEnd) {
  const FaultPlan plan(1, 0, faults({"503:1"}));
  EXPECT_NE(plan.for_request({.content = 5, .seen = 900, .faults = 900}), nullptr);
}

TEST(FaultPlan, EntriesAndRequestsAreDrawnApart) {
  const FaultPlan plan(1, 0, faults({"503:0.5", "entry-429:0.5"}));
  int alike = 0;
  for (int i = 0; i < kDraws; ++i) {
    const bool request = plan.for_request({.content = content(i)}) != nullptr;
    alike += request == (plan.for_entry({.content = content(i)}) != nullptr) ? 1 : 0;
  }
  EXPECT_NEAR(alike, 0.5 * kDraws, 360);
}

TEST(FaultPlan, LatencyStaysWithinWaitAndJitter) {
  const FaultPlan plan(1, 0, faults({"latency:1:wait=5ms:jitter=10ms"}));
  for (int i = 0; i < 1000; ++i) {
    const Microseconds latency = plan.latency({.content = content(i)});
    EXPECT_GE(latency, Microseconds(5'000));
    EXPECT_LT(latency, Microseconds(15'000));
  }
}

TEST(FaultPlan, LatenciesAddUpAndLeaveOtherFaultsAlone) {
  const FaultPlan plan(1, 0, faults({"latency:1:wait=5ms", "latency:1:wait=2ms", "503:1"}));
  EXPECT_EQ(plan.latency({.content = 3}), Microseconds(7'000));
  EXPECT_NE(plan.for_request({.content = 3}), nullptr);
}

TEST(CheckRates, SumsAboveOneAreRefused) {
  EXPECT_TRUE(check_rates(faults({"503:0.7", "429:0.2", "cut:0.1"})).has_value());
  EXPECT_TRUE(check_rates(faults({"503:1", "entry-429:1", "latency:1:wait=1ms"})).has_value());
  EXPECT_FALSE(check_rates(faults({"503:0.7", "cut:0.4"})).has_value());
  EXPECT_FALSE(check_rates(faults({"entry-503:0.7", "entry-429:0.4"})).has_value());
}

TEST(Sightings, CountHowOftenAContentCame) {
  Sightings sightings;
  const Fault fault;
  const auto always = [&](const Sighting&) { return &fault; };
  const auto never = [](const Sighting&) { return nullptr; };
  EXPECT_EQ(sightings.meet(1, always).sighting.seen, 0U);
  EXPECT_EQ(sightings.meet(1, never).sighting.faults, 1U);
  const Sighting third = sightings.meet(1, never).sighting;
  EXPECT_EQ(third.seen, 2U);
  EXPECT_EQ(third.faults, 1U);
  EXPECT_EQ(sightings.meet(2, never).sighting.seen, 0U);
}

TEST(Sightings, TellWhatCameAgainAlthoughItWasDone) {
  Sightings sightings;
  const auto never = [](const Sighting&) { return nullptr; };
  for (const std::uint64_t content : {1, 2, 1}) sightings.meet(content, never);
  sightings.mark_done(1);
  sightings.meet(1, never);
  const SightingTally tally = sightings.tally();
  EXPECT_EQ(tally.distinct, 2U);
  EXPECT_EQ(tally.again, 2U);
  EXPECT_EQ(tally.again_after_done, 1U);
}

TEST(Sightings, ANewPlanCountsAnewButTheHistoryStays) {
  Sightings sightings;
  const auto never = [](const Sighting&) { return nullptr; };
  sightings.meet(1, never);
  sightings.mark_done(1);
  sightings.begin_plan();
  EXPECT_EQ(sightings.meet(1, never).sighting.seen, 0U);
  EXPECT_EQ(sightings.tally().again_after_done, 1U);
}

TEST(ContentOf, TellsRequestsApart) {
  EXPECT_EQ(content_of("PUT", "/a", "b"), content_of("PUT", "/a", "b"));
  EXPECT_NE(content_of("PUT", "/a", "b"), content_of("POST", "/a", "b"));
  EXPECT_NE(content_of("PUT", "/ab", "c"), content_of("PUT", "/a", "bc"));
}

}  // namespace
}  // namespace fhirehose::target
