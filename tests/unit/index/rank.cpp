#include "index/rank.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace fhirehose::index {
namespace {

TEST(CompareVersions, PutsNoneBeforeNumbersBeforeTexts) {
  EXPECT_TRUE(compare_versions("", "0") < 0);
  EXPECT_TRUE(compare_versions("9", "10") < 0);
  EXPECT_TRUE(compare_versions("99999999999999999998", "99999999999999999999") < 0);
  EXPECT_TRUE(compare_versions("10", "a") < 0);
  EXPECT_TRUE(compare_versions("a", "b") < 0);
  EXPECT_TRUE(compare_versions("x", "x") == 0);
}

TEST(CompareVersions, IsTotalOverSpellingsOfANumber) {
  EXPECT_TRUE(compare_versions("7", "007") != 0);
  EXPECT_TRUE(compare_versions("007", "8") < 0);
}

/// Every pair, compact or kept beside, compares as the pairs themselves.
TEST(RankStore, ComparesAsThePairsDo) {
  const std::vector<core::Microseconds> times = {
      core::kNever, -(std::int64_t{1} << 60), -1, 0, 1'577'836'800'000'000, std::int64_t{1} << 60};
  const std::vector<std::string_view> versions = {"", "0", "1", "1022", "1023", "007", "v2"};
  RankStore store;
  struct Pair {
    core::Microseconds time;
    std::string_view version;
    RankStore::Rank rank;
  };
  std::vector<Pair> pairs;
  for (const auto time : times) {
    for (const auto version : versions)
      pairs.push_back({time, version, store.compact(time, version)});
  }
  for (const Pair& a : pairs) {
    for (const Pair& b : pairs) {
      const auto want =
          a.time != b.time ? a.time <=> b.time : compare_versions(a.version, b.version);
      EXPECT_TRUE(store.compare(a.rank, b.rank) == want)
          << a.time << "/" << a.version << " and " << b.time << "/" << b.version;
    }
  }
}

}  // namespace
}  // namespace fhirehose::index
