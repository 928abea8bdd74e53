#include "index/key_log.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>

#include <gtest/gtest.h>

namespace fhirehose::index {
namespace {

KeyedRecord record(std::string_view id, std::uint64_t position,
                   core::ResourceType type = core::kPatient) {
  return {core::key_of(type, id), type, 0, position};
}

std::set<std::uint64_t> losing_positions(KeyLog& log) {
  std::set<std::uint64_t> positions;
  for (std::size_t shard = 0; shard < KeyLog::kShards; ++shard) {
    for (const KeyLog::Loser& loser :
         log.losers(shard, [](const auto&a, const auto&b) { return a.position > b.position; })) {
      positions.insert(loser.position());
    }
  }
  return positions;
}

TEST(KeyLog, HasNoLosersAmongDistinctKeys) {
  KeyLog log;
  log.add(std::vector{record("a", 0), record("b", 1), record("a", 2, core::kCoverage)});
  EXPECT_TRUE(losing_positions(log).empty());
}

TEST(KeyLog, KeepsOneWinnerAKey) {
  KeyLog log;
  log.add(std::vector{record("a", 5), record("a", 9)});
  log.add(std::vector{record("a", 7)});
  EXPECT_EQ(losing_positions(log), (std::set<std::uint64_t>{5, 7}));
}

TEST(KeyLog, KeepsPositionsOf48Bits) {
  KeyLog log;
  const std::uint64_t far = (std::uint64_t{1} << 48) - 1;
  log.add(std::vector{record("a", far - 1), record("a", far)});
  EXPECT_EQ(losing_positions(log), (std::set<std::uint64_t>{far - 1}));
}

TEST(KeyLog, TellsTheTypeOfALoser) {
  KeyLog log;
  log.add(std::vector{record("a", 0, core::kCoverage), record("a", 1, core::kCoverage)});
  for (std::size_t shard = 0; shard < KeyLog::kShards; ++shard) {
    for (const KeyLog::Loser& loser :
         log.losers(shard, [](const auto&a, const auto&b) { return a.position > b.position; })) {
      EXPECT_EQ(loser.type, core::kCoverage);
    }
  }
}

/// Against a map, with many threads and many duplicates.
TEST(KeyLog, AgreesWithAMapWhateverTheThreads) {
  constexpr std::uint64_t kRecords = 40'000;
  std::mt19937 random(11);
  std::vector<KeyedRecord> all;
  std::map<std::string, std::uint64_t> winners;
  for (std::uint64_t position = 0; position < kRecords; ++position) {
    const std::string id = std::to_string(random() % 9'000);
    all.push_back(record(id, position));
    winners[id] = position;
  }
  KeyLog log;
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t at = t * 100; at < all.size(); at += 400) {
        log.add(std::span(all).subspan(at, std::min<std::size_t>(100, all.size() - at)));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto losers = losing_positions(log);
  EXPECT_EQ(losers.size(), kRecords - winners.size());
  for (const auto& [id, position] : winners) EXPECT_FALSE(losers.contains(position));
}

}  // namespace
}  // namespace fhirehose::index
