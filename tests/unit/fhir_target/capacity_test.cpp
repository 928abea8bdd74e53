#include "fhir-target/capacity.hpp"

#include <optional>
#include <vector>

#include <gtest/gtest.h>

namespace fhirehose::target {
namespace {

using std::chrono::milliseconds;
using Time = Capacity::Time;

/// So long after the server's start.
Time at(int ms) { return Time(milliseconds(1000 + ms)); }

Capacity capacity(const char* text) { return Capacity(read_capacity(text).value()); }

TEST(Capacity, ARequestCostsItselfAndItsEntries) {
  Capacity server = capacity("service=2ms+0.5ms");
  EXPECT_EQ(server.book(at(0), 0), at(2));
  EXPECT_EQ(server.book(at(10), 100), at(62));
}

TEST(Capacity, AsManyAsItHasServersGoAtOnce) {
  Capacity server = capacity("service=10ms,parallel=2");
  EXPECT_EQ(server.book(at(0), 1), at(10));
  EXPECT_EQ(server.book(at(1), 1), at(11));
  EXPECT_EQ(server.book(at(2), 1), at(20));
  EXPECT_EQ(server.book(at(3), 1), at(21));
  EXPECT_EQ(server.book(at(15), 1), at(30));
}

TEST(Capacity, ThroughputIsFlatBeyondTheKnee) {
  // Clients that each send again once they are answered: the classical closed queue.
  const auto done_in_a_second = [](int clients) {
    Capacity server = capacity("service=10ms,parallel=8");
    std::vector<Time> next(static_cast<std::size_t>(clients), at(0));
    int done = 0;
    while (true) {
      const auto first = std::min_element(next.begin(), next.end());
      if (*first >= at(1000)) return done;
      *first = *server.book(*first, 0);
      ++done;
    }
  };
  EXPECT_EQ(done_in_a_second(1), 100);
  EXPECT_EQ(done_in_a_second(4), 400);
  EXPECT_EQ(done_in_a_second(8), 800);
  // More only wait longer: those in the queue at the end are counted as well.
  EXPECT_EQ(done_in_a_second(16), 808);
}

TEST(Capacity, AFullQueueRefuses) {
  Capacity server = capacity("service=10ms,queue=1");
  EXPECT_EQ(server.book(at(0), 1), at(10));
  EXPECT_EQ(server.book(at(0), 1), at(20));
  EXPECT_EQ(server.book(at(0), 1), std::nullopt);
  // The one that waited has begun.
  EXPECT_EQ(server.book(at(10), 1), at(30));
  EXPECT_EQ(server.book(at(10), 1), std::nullopt);
}

TEST(Capacity, WithoutAQueueOnlyAFreeServerTakesIt) {
  Capacity server = capacity("service=10ms,queue=0");
  EXPECT_TRUE(server.book(at(0), 1).has_value());
  EXPECT_FALSE(server.book(at(9), 1).has_value());
  EXPECT_TRUE(server.book(at(10), 1).has_value());
}

TEST(Capacity, ADecayingServerIsSlowerUnderOverload) {
  Capacity server = capacity("service=10ms,decay=0.5");
  EXPECT_EQ(server.book(at(0), 1), at(10));
  EXPECT_EQ(server.book(at(0), 1), at(20));
  // One waits already: half as long again.
  EXPECT_EQ(server.book(at(0), 1), at(35));
}

TEST(ReadCapacity, EachLimitIsHeard) {
  const CapacityLimits limits =
      read_capacity("service=2ms+0.1ms,parallel=8,queue=32,status=429,retry-after=2,decay=0.1")
          .value();
  EXPECT_EQ(limits.per_request, Microseconds(2000));
  EXPECT_EQ(limits.per_entry, Microseconds(100));
  EXPECT_EQ(limits.parallel, 8U);
  EXPECT_EQ(limits.queue, 32U);
  EXPECT_EQ(limits.status, 429);
  EXPECT_EQ(limits.retry_after, 2U);
  EXPECT_EQ(limits.decay, 0.1);
}

TEST(ReadCapacity, WhatMakesNoSenseIsRefused) {
  for (const char* wrong :
       {"", "parallel=2", "service=2", "service=2ms+", "service=2ms,parallel=0", "service=0ms",
        "service=2ms,queue=-1", "service=2ms,status=200", "service=2ms,decay=2", "service=2ms,x=1"})
    EXPECT_FALSE(read_capacity(wrong).has_value()) << wrong;
}

}  // namespace
}  // namespace fhirehose::target
