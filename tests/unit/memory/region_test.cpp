#include "memory/region.hpp"

#include <cstring>
#include <limits>
#include <new>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "memory/chunk.hpp"

namespace fhirehose::memory {
namespace {

TEST(Region, IsWritableToItsLastByteAndReadableBehindIt) {
  const Region region = Region::allocate(4096);
  std::memset(region.data(), 'x', region.capacity());
  int sum = 0;
  for (std::size_t i = 0; i < kPadding; ++i) sum += region.data()[region.capacity() + i];
  EXPECT_EQ(sum, 0);
}

TEST(Region, OfNothingIsPaddingOnly) {
  const Region region = Region::allocate(0);
  EXPECT_EQ(region.capacity(), 0U);
  EXPECT_EQ(region.data()[kPadding - 1], 0);
}

TEST(Region, ThatCanNotBeHadThrows) {
  EXPECT_THROW(Region::allocate(std::numeric_limits<std::size_t>::max() - 10), std::bad_alloc);
  EXPECT_THROW(Region::allocate(std::numeric_limits<std::size_t>::max() / 2), std::bad_alloc);
}

TEST(Region, MovesWithItsBytes) {
  Region first = Region::allocate(16);
  char* const data = first.data();
  Region second = std::move(first);
  EXPECT_EQ(second.data(), data);
  EXPECT_EQ(first.data(), nullptr);
  Region third;
  third = std::move(second);
  EXPECT_EQ(third.data(), data);
}

TEST(Region, KeepsItsBytesWhenItGrows) {
  for (const std::size_t capacity : {std::size_t{0}, std::size_t{16}, std::size_t{1} << 20}) {
    Region region = Region::allocate(capacity);
    std::memset(region.data(), 'x', capacity);
    region.grow(capacity + (std::size_t{3} << 20));
    EXPECT_EQ(region.capacity(), capacity + (std::size_t{3} << 20));
    EXPECT_EQ(std::string(region.data(), capacity), std::string(capacity, 'x'));
    std::memset(region.data() + capacity, 'y', region.capacity() - capacity);
    EXPECT_EQ(region.data()[region.capacity() + kPadding - 1], 0);
  }
}

TEST(Region, IsAsBeforeWhereItCanNotGrow) {
  for (const std::size_t capacity : {std::size_t{16}, std::size_t{1} << 20}) {
    Region region = Region::allocate(capacity);
    EXPECT_THROW(region.grow(std::numeric_limits<std::size_t>::max() / 2), std::bad_alloc);
    EXPECT_THROW(region.grow(std::numeric_limits<std::size_t>::max() - 10), std::bad_alloc);
    EXPECT_EQ(region.capacity(), capacity);
    region.data()[capacity - 1] = 'x';
  }
}

TEST(Region, KeepsItsFrontWhenItIsTrimmed) {
  Region region = Region::allocate(std::size_t{1} << 20);
  std::memset(region.data(), 'x', region.capacity());
  region.trim(std::size_t{1} << 19);
  EXPECT_EQ(region.capacity(), std::size_t{1} << 19);
  EXPECT_EQ(std::string(region.data(), region.capacity()), std::string(region.capacity(), 'x'));
  region.trim(16);
  EXPECT_EQ(region.capacity(), std::size_t{1} << 19) << "no mapping of its own is worth that";
}

TEST(RegionPool, TakesBackWholeWhatWasToBeTrimmed) {
  RegionPool pool(std::size_t{1} << 20, 4);
  pool.take(pool.capacity()).trim(std::size_t{1} << 19);
  EXPECT_EQ(pool.take(pool.capacity()).capacity(), pool.capacity());
}

TEST(RegionPool, TakesNoneBackThatHasGrown) {
  RegionPool pool(std::size_t{1} << 20, 4);
  {
    Region region = pool.take(pool.capacity());
    region.grow(2 * pool.capacity());
  }
  EXPECT_EQ(pool.take(pool.capacity()).capacity(), pool.capacity());
}

TEST(RegionPool, HandsOutAgainWhatCameBack) {
  RegionPool pool(4096, 1);
  char* data = nullptr;
  {
    const Region region = pool.take(4000);
    EXPECT_EQ(region.capacity(), 4096U);
    data = region.data();
  }
  EXPECT_EQ(pool.take(4096).data(), data);
}

TEST(RegionPool, KeepsNoMoreThanItIsToldTo) {
  RegionPool pool(4096, 1);
  Region first = pool.take(4000);
  Region second = pool.take(4000);
  char* const kept = second.data();
  second = Region();
  first = Region();
  const Region again = pool.take(4000);
  EXPECT_EQ(again.data(), kept);
  EXPECT_NE(pool.take(4000).data(), kept);
}

TEST(RegionPool, GivesLargerRegionsThatDoNotComeBack) {
  RegionPool pool(4096, 4);
  { EXPECT_EQ(pool.take(10'000).capacity(), 10'000U); }
  EXPECT_EQ(pool.take(4000).capacity(), 4096U);
}

TEST(RegionPool, LendsNoLargeRegionForLittle) {
  RegionPool pool(4096, 4);
  EXPECT_EQ(pool.take(100).capacity(), 100U);
}

TEST(RegionPool, AMovedRegionComesBackOnce) {
  RegionPool pool(4096, 4);
  char* data = nullptr;
  {
    Region first = pool.take(4000);
    data = first.data();
    Region second = std::move(first);
  }
  const Region one = pool.take(4000);
  const Region other = pool.take(4000);
  EXPECT_EQ(one.data(), data);
  EXPECT_NE(other.data(), data);
}

TEST(RegionPool, ServesManyThreadsARegionEach) {
  RegionPool pool(4096, 2);
  std::vector<std::jthread> threads;
  for (char mark : {'a', 'b', 'c', 'd'}) {
    threads.emplace_back([&pool, mark] {
      for (int i = 0; i < 500; ++i) {
        const Region region = pool.take(2000);
        std::memset(region.data(), mark, 64);
        ASSERT_EQ(region.data()[0], mark);
        ASSERT_EQ(region.data()[63], mark);
      }
    });
  }
}

TEST(Chunk, GivesItsRegionBackBeforeItsLease) {
  ByteBudget budget(4096);
  RegionPool pool(4096, 1);
  const char* pooled = nullptr;
  auto chunk = std::make_shared<Chunk>();
  chunk->lease = *budget.try_acquire(4096);
  chunk->region = pool.take(4096);
  const char* const data = chunk->region.data();
  budget.on_release([&] { pooled = pool.take(4096).data(); });
  ChunkHandle handle = std::move(chunk);
  handle.reset();
  EXPECT_EQ(pooled, data);
}

}  // namespace
}  // namespace fhirehose::memory
