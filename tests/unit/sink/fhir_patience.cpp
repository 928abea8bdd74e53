#include <gtest/gtest.h>

#include "sink/fhir/patience.hpp"

namespace fhirehose::sink::fhir {
namespace {

using namespace std::chrono_literals;

constexpr Patience kUsualWaits{
    .total = 24h, .base = 250ms, .cap = 30'000ms, .longest_retry_after = 3'600s};

TEST(Backoff, DoublesUpToItsCap) {
  EXPECT_EQ(backoff(kUsualWaits, 1, std::nullopt, 1), 250ms);
  EXPECT_EQ(backoff(kUsualWaits, 2, std::nullopt, 1), 500ms);
  EXPECT_EQ(backoff(kUsualWaits, 5, std::nullopt, 1), 4'000ms);
  EXPECT_EQ(backoff(kUsualWaits, 8, std::nullopt, 1), 30'000ms);
  EXPECT_EQ(backoff(kUsualWaits, 4'000'000'000, std::nullopt, 1), 30'000ms);
}

TEST(Backoff, JitterDecidesTheSecondHalf) {
  EXPECT_EQ(backoff(kUsualWaits, 3, std::nullopt, 0), 500ms);
  EXPECT_EQ(backoff(kUsualWaits, 3, std::nullopt, 0.5), 750ms);
  EXPECT_EQ(backoff(kUsualWaits, 3, std::nullopt, 1), 1'000ms);
}

TEST(Backoff, WhatTheServerAskedForWins) {
  EXPECT_EQ(backoff(kUsualWaits, 8, 2s, 0), 2'000ms);
  EXPECT_EQ(backoff(kUsualWaits, 1, 120s, 1), 120'250ms);
}

TEST(Backoff, AServerCantAskForEver) {
  EXPECT_EQ(backoff(kUsualWaits, 1, 100'000'000s, 0), 3'600s);
  EXPECT_EQ(backoff(kUsualWaits, 1, std::chrono::seconds::max(), 0), 3'600s);
  EXPECT_EQ(backoff({.longest_retry_after = 1'500ms}, 1, 1s, 0), 1s);
  EXPECT_EQ(backoff({.longest_retry_after = 1'500ms}, 1, 2s, 0), 1'500ms);
}

TEST(Backoff, AServerCantAskForMoreThanThePatience) {
  EXPECT_EQ(backoff({.total = 10min}, 1, 3'600s, 0), 10min);
}

}  // namespace
}  // namespace fhirehose::sink::fhir
