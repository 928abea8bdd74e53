#include "index/size_histogram.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace fhirehose::index {
namespace {

/// The size that so many per cent do not exceed, from all of them.
std::uint64_t true_percentile(std::vector<std::uint64_t> sizes, std::uint64_t percent) {
  std::ranges::sort(sizes);
  return sizes[(sizes.size() * percent + 99) / 100 - 1];
}

TEST(SizeHistogram, IsZeroWithoutSizes) {
  const SizeHistogram histogram;
  EXPECT_EQ(histogram.percentile(50), 0U);
  EXPECT_EQ(histogram.max(), 0U);
}

TEST(SizeHistogram, TellsTheOnlySizeExactly) {
  SizeHistogram histogram;
  histogram.add(1'234'567);
  EXPECT_EQ(histogram.percentile(1), 1'234'567U);
  EXPECT_EQ(histogram.percentile(99), 1'234'567U);
  EXPECT_EQ(histogram.max(), 1'234'567U);
}

TEST(SizeHistogram, TellsSmallSizesExactly) {
  SizeHistogram histogram;
  for (std::uint64_t size = 0; size < 64; ++size) histogram.add(size);
  EXPECT_EQ(histogram.percentile(50), 31U);
  EXPECT_EQ(histogram.percentile(75), 47U);
  EXPECT_EQ(histogram.percentile(100), 63U);
}

TEST(SizeHistogram, KeepsTheGreatestSizeThereIs) {
  constexpr auto kGreatest = std::numeric_limits<std::uint64_t>::max();
  SizeHistogram histogram;
  for (int i = 0; i < 3; ++i) histogram.add(kGreatest - 1);
  histogram.add(kGreatest);
  EXPECT_EQ(histogram.max(), kGreatest);
  EXPECT_NEAR(static_cast<double>(histogram.percentile(50)), static_cast<double>(kGreatest),
              static_cast<double>(kGreatest) * 0.016);
}

TEST(SizeHistogram, IsAtMostOneAndAHalfPerCentBesideWhateverTheSize) {
  for (std::uint64_t size = 1; size < std::uint64_t{1} << 62; size += size / 7 + 1) {
    SizeHistogram histogram;
    histogram.add(size);
    histogram.add(size);
    histogram.add(std::uint64_t{1} << 63);
    EXPECT_NEAR(static_cast<double>(histogram.percentile(50)), static_cast<double>(size),
                static_cast<double>(size) / 64)
        << size;
  }
}

TEST(SizeHistogram, AgreesWithSortingThemAll) {
  std::mt19937_64 random(5);
  std::lognormal_distribution<double> sizes_of(7.0, 2.0);
  std::vector<std::uint64_t> sizes;
  SizeHistogram histogram;
  for (int i = 0; i < 20'000; ++i) {
    sizes.push_back(static_cast<std::uint64_t>(sizes_of(random)));
    histogram.add(sizes.back());
  }
  EXPECT_EQ(histogram.max(), *std::ranges::max_element(sizes));
  for (const std::uint64_t percent : {1U, 10U, 50U, 90U, 99U}) {
    const auto truly = static_cast<double>(true_percentile(sizes, percent));
    EXPECT_NEAR(static_cast<double>(histogram.percentile(percent)), truly, truly * 0.016 + 0.5);
  }
}

}  // namespace
}  // namespace fhirehose::index
