#include "index/target_log.hpp"

#include <cstdlib>
#include <map>
#include <thread>

#include <gtest/gtest.h>

namespace fhirehose::index {
namespace {

Target target(std::uint64_t key, std::uint32_t count, std::uint8_t from = 1, std::uint8_t to = 2) {
  Target made;
  made.key = key;
  made.count = count;
  made.shard = key % TargetLog::kShards;
  made.from = from;
  made.to = to;
  return made;
}

/// What all shards come to; `known` is told to each shard.
std::map<std::pair<int, int>, std::pair<std::uint64_t, std::uint64_t>> settled(
    TargetLog& log, const std::vector<std::uint64_t>& known) {
  std::map<std::pair<int, int>, std::pair<std::uint64_t, std::uint64_t>> sums;
  for (std::size_t shard = 0; shard < TargetLog::kShards; ++shard) {
    const auto counts = log.settle(shard, known);
    for (const TargetCount& count : counts.value()) {
      sums[{count.from, count.to}].first += count.present;
      sums[{count.from, count.to}].second += count.missing;
    }
  }
  return sums;
}

TEST(TargetLog, CountsEachReferenceWhereItsTargetIs) {
  TargetLog log;
  log.add(std::vector{target(7, 3), target(8, 5), target(7, 2), target(8, 1, 9, Target::kUrn)});
  const auto sums = settled(log, {7, 7, 100});
  EXPECT_EQ(sums.size(), 2U);
  EXPECT_EQ(sums.at({1, 2}), std::pair(5UL, 5UL));
  EXPECT_EQ(sums.at({9, Target::kUrn}), std::pair(0UL, 1UL));
}

TEST(TargetLog, KnowsAKeyOfZero) {
  TargetLog log;
  log.add(std::vector{target(0, 1), target(64, 1)});
  EXPECT_EQ(settled(log, {0}).at({1, 2}), std::pair(1UL, 1UL));
  log.add(std::vector{target(0, 1)});
  EXPECT_EQ(settled(log, {5}).at({1, 2}), std::pair(0UL, 1UL));
}

TEST(TargetLog, HasNothingToSayWithoutTargets) {
  TargetLog log;
  EXPECT_TRUE(settled(log, {1, 2, 3}).empty());
}

TEST(TargetLog, FreesWhatItHasSettled) {
  TargetLog log;
  log.add(std::vector{target(1, 1)});
  EXPECT_GT(log.bytes(), 0U);
  settled(log, {});
  EXPECT_EQ(log.bytes(), 0U);
}

TEST(TargetLog, ForgetsNoReferenceByMerging) {
  TargetLog log;
  std::vector<Target> many;
  for (std::uint64_t i = 0; i < 100'000; ++i)
    many.push_back(target(i % 64'000, static_cast<std::uint32_t>(1 + i % 3)));
  for (int round = 0; round < 20; ++round) log.add(many);
  std::vector<std::uint64_t> known;
  std::uint64_t present = 0;
  std::uint64_t all = 0;
  for (std::uint64_t key = 0; key < 64'000; key += 2) known.push_back(key);
  for (const Target& each : many) {
    present += each.key % 2 == 0 ? each.count : 0;
    all += each.count;
  }
  EXPECT_EQ(settled(log, known).at({1, 2}), std::pair(20 * present, 20 * (all - present)));
}

constexpr std::uint64_t kDistinct = 1'000'000;

void add_many(TargetLog& log) {
  std::vector<Target> batch;
  for (std::uint64_t i = 0; i < 3 * kDistinct; ++i) {
    batch.push_back(target(i * 7 % kDistinct, 1));
    if (batch.size() < 1'000) continue;
    log.add(batch);
    batch.clear();
  }
}

TEST(TargetLog, StaysWithinEightMebibytesHoweverManyTargetsThereAre) {
  TargetLog log;
  add_many(log);
  EXPECT_LE(log.bytes(), 8U << 20);
  EXPECT_EQ(settled(log, {5}).at({1, 2}), std::pair(3UL, 3 * kDistinct - 3));
}

TEST(TargetLog, KeepsAllInMemoryWithoutScratch) {
  setenv("TMPDIR", "/nowhere", 1);
  TargetLog log;
  unsetenv("TMPDIR");
  add_many(log);
  EXPECT_EQ(settled(log, {5}).at({1, 2}), std::pair(3UL, 3 * kDistinct - 3));
}

TEST(TargetLog, CountsTheSameFromManyThreads) {
  TargetLog log;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&log] {
      for (std::uint64_t i = 0; i < 300; ++i) {
        std::vector<Target> batch;
        for (std::uint64_t key = 0; key < 640; ++key) batch.push_back(target(key + i * 640, 1));
        log.add(batch);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(settled(log, {3}).at({1, 2}), std::pair(4UL, 4UL * 300 * 640 - 4));
}

}  // namespace
}  // namespace fhirehose::index
