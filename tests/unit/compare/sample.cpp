#include "compare/sample.hpp"

#include <string>

#include <gtest/gtest.h>

namespace fhirehose::compare {
namespace {

core::ResourceKey key(int number) { return core::key_of(core::kPatient, std::to_string(number)); }

int taken(const Sample& sample, int of) {
  int count = 0;
  for (int i = 0; i < of; ++i) count += sample.takes(key(i)) ? 1 : 0;
  return count;
}

TEST(Sample, TakesAllWhenNotToldOtherwiseOrToldToTakeAsManyAsThereAre) {
  EXPECT_EQ(taken(Sample(std::nullopt, 100, 0), 100), 100);
  EXPECT_EQ(taken(Sample(100, 100, 0), 100), 100);
  EXPECT_TRUE(Sample(100, 100, 0).takes_all());
  EXPECT_FALSE(Sample(99, 100, 0).takes_all());
}

TEST(Sample, TakesAboutAsManyAsItIsTold) {
  for (const std::uint64_t seed : {0, 1, 2, 3}) {
    EXPECT_NEAR(taken(Sample(1'000, 20'000, seed), 20'000), 1'000, 100) << seed;
  }
}

TEST(Sample, IsTheSameForASeedAndAnotherForAnother) {
  const Sample one(500, 1'000, 7);
  const Sample same(500, 1'000, 7);
  const Sample other(500, 1'000, 8);
  int differing = 0;
  for (int i = 0; i < 1'000; ++i) {
    EXPECT_EQ(one.takes(key(i)), same.takes(key(i)));
    differing += one.takes(key(i)) == other.takes(key(i)) ? 0 : 1;
  }
  EXPECT_NEAR(differing, 500, 100);
}

TEST(Sample, ProvesLessTheSmallerItIs) {
  EXPECT_NEAR(greatest_share(459, 0.99), 0.01, 1e-4);
  EXPECT_NEAR(greatest_share(4'603, 0.99), 0.001, 1e-6);
  EXPECT_NEAR(greatest_share(1, 0.95), 0.95, 1e-12);
  EXPECT_EQ(greatest_share(0, 0.99), 1);
}

}  // namespace
}  // namespace fhirehose::compare
