#include "memory/byte_budget.hpp"

#include <limits>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace fhirehose::memory {
namespace {

TEST(ByteBudget, LeasesUpToItsLimit) {
  ByteBudget budget(100);
  const auto first = budget.try_acquire(60);
  const auto second = budget.try_acquire(40);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(budget.in_use(), 100U);
  EXPECT_FALSE(budget.try_acquire(1));
}

TEST(ByteBudget, TakesBackWhatALeaseHeld) {
  ByteBudget budget(100);
  { const auto lease = budget.try_acquire(100); }
  EXPECT_EQ(budget.in_use(), 0U);
  EXPECT_EQ(budget.peak(), 100U);
  EXPECT_TRUE(budget.try_acquire(100));
}

TEST(ByteBudget, GivesAnythingToWhoeverAsksFirst) {
  ByteBudget budget(100);
  const auto large = budget.try_acquire(1'000);
  ASSERT_TRUE(large);
  EXPECT_FALSE(budget.try_acquire(1));
}

TEST(ByteBudget, IsNotFooledByASizeThatOverflows) {
  ByteBudget budget(100);
  const auto lease = budget.try_acquire(50);
  EXPECT_FALSE(budget.try_acquire(std::numeric_limits<std::uint64_t>::max() - 10));
}

TEST(ByteBudget, CountsWhatALeaseGrowsByAndKeepsOthersOut) {
  ByteBudget budget(100);
  auto lease = budget.try_acquire(10);
  ASSERT_TRUE(lease);
  lease->grow(200);
  EXPECT_EQ(lease->bytes(), 210U);
  EXPECT_EQ(budget.in_use(), 210U);
  EXPECT_EQ(budget.peak(), 210U);
  EXPECT_FALSE(budget.try_acquire(1));
  lease.reset();
  EXPECT_EQ(budget.in_use(), 0U);
}

TEST(ByteBudget, OverdrawsForWhoeverMustGoOn) {
  ByteBudget budget(100);
  auto first = budget.try_acquire(100);
  {
    const ByteBudget::Lease beyond = budget.overdraw(50);
    EXPECT_EQ(beyond.bytes(), 50U);
    EXPECT_EQ(budget.in_use(), 150U);
    first.reset();
    EXPECT_FALSE(budget.try_acquire(51));
    EXPECT_TRUE(budget.try_acquire(50));
  }
  EXPECT_EQ(budget.in_use(), 0U);
}

TEST(ByteBudget, AMovedLeaseIsGivenBackOnce) {
  ByteBudget budget(100);
  {
    auto first = budget.try_acquire(30);
    ByteBudget::Lease second = std::move(*first);
    ByteBudget::Lease third;
    third = std::move(second);
    EXPECT_EQ(third.bytes(), 30U);
    EXPECT_EQ(budget.in_use(), 30U);
  }
  EXPECT_EQ(budget.in_use(), 0U);
}

TEST(ByteBudget, TellsOfBytesThatCameBackOutsideOfItsLock) {
  ByteBudget budget(100);
  std::vector<std::uint64_t> seen;
  budget.on_release([&] {
    seen.push_back(budget.in_use());
    // Would deadlock under the lock; and would recurse if a refused lease gave anything back.
    EXPECT_FALSE(budget.in_use() == 60 && budget.try_acquire(50));
  });
  const auto kept = budget.try_acquire(60);
  { const auto lease = budget.try_acquire(40); }
  EXPECT_EQ(seen, std::vector<std::uint64_t>{60});
}

TEST(ByteBudget, HoldsItsLimitForManyThreads) {
  constexpr int kRounds = 2'000;
  ByteBudget budget(64);
  std::vector<std::jthread> threads;
  for (std::uint64_t size : {16U, 24U, 32U, 40U}) {
    threads.emplace_back([&budget, size] {
      for (int i = 0; i < kRounds; ++i) const auto lease = budget.try_acquire(size);
    });
  }
  threads.clear();
  EXPECT_EQ(budget.in_use(), 0U);
  EXPECT_LE(budget.peak(), 64U);
}

}  // namespace
}  // namespace fhirehose::memory
