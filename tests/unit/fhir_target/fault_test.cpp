#include "fhir-target/fault.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fhirehose::target {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

Fault fault(const char* text) {
  const auto read = read_fault(text);
  EXPECT_TRUE(read.has_value()) << text;
  return read.value_or(Fault{});
}

TEST(ReadFault, AStatusTurnsTheRequestAway) {
  const Fault read = fault("503:0.02");
  EXPECT_EQ(read.kind, Fault::Kind::kStatus);
  EXPECT_EQ(read.status, 503);
  EXPECT_EQ(read.rate, 0.02);
  EXPECT_EQ(read.retry_after, Fault::RetryAfter::kNone);
  EXPECT_TRUE(read.turns_away());
  EXPECT_EQ(read.kind_name, "503");
}

TEST(ReadFault, RetryAfterHasTwoForms) {
  EXPECT_EQ(fault("429:1:retry-after=3").retry_after, Fault::RetryAfter::kSeconds);
  EXPECT_EQ(fault("429:1:retry-date=3").retry_after, Fault::RetryAfter::kDate);
  EXPECT_EQ(fault("429:1:retry-date=3").retry_seconds, 3U);
}

TEST(ReadFault, BeforeAndAfterTheWorkAreDifferentKinds) {
  EXPECT_TRUE(fault("reset-before:1").turns_away());
  EXPECT_FALSE(fault("reset-after:1").turns_away());
  EXPECT_FALSE(fault("504-after:1").turns_away());
  EXPECT_EQ(fault("504-after:1").status, 504);
  EXPECT_TRUE(fault("garbage-before:1").turns_away());
  EXPECT_FALSE(fault("cut:1").turns_away());
}

TEST(ReadFault, AStallThatEndsTurnsNobodyAway) {
  EXPECT_TRUE(fault("stall-before:1").turns_away());
  EXPECT_FALSE(fault("stall-before:1:wait=2s").turns_away());
}

TEST(ReadFault, AnEntrysFaultLeavesTheRequestAlone) {
  EXPECT_EQ(fault("entry-429:1").kind, Fault::Kind::kEntry);
  EXPECT_EQ(fault("entry-429:1").status, 429);
  EXPECT_FALSE(fault("entry-429:1").turns_away());
}

TEST(ReadFault, TimesAndSizesAreHeard) {
  const Fault late = fault("latency:1:wait=5ms:jitter=0.5s");
  EXPECT_EQ(late.wait, milliseconds(5));
  EXPECT_EQ(late.jitter, milliseconds(500));
  const Fault trickle = fault("trickle:1:bytes=7:wait=2ms");
  EXPECT_EQ(trickle.bytes, 7U);
  EXPECT_EQ(trickle.wait, milliseconds(2));
}

class NoFault : public testing::TestWithParam<const char*> {};

TEST_P(NoFault, IsRefusedWithItsSpelling) {
  const auto read = read_fault(GetParam());
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().kind, core::ErrorKind::kUsage);
  EXPECT_THAT(read.error().message, HasSubstr(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Spellings, NoFault,
                         testing::Values("", "503", "503:", "503:2", "503:-0.1", "503:nan",
                                         "200:0.1", "418:0.1", "dream:0.1", "entry-200:1",
                                         "503:1:wait=5ms", "cut:1:bytes=3", "latency:1:wait=5",
                                         "latency:1:retry-after=1", "trickle:1:bytes=0",
                                         "429:1:retry-after=soon", "503:1:"));

TEST(ReadDuration, UnderstandsUnits) {
  EXPECT_EQ(read_duration("2s"), Microseconds(2'000'000));
  EXPECT_EQ(read_duration("0.1ms"), Microseconds(100));
  EXPECT_EQ(read_duration("50us"), Microseconds(50));
  for (const char* wrong : {"", "s", "5", "-1s", "2h", "1e9s", "nans"})
    EXPECT_EQ(read_duration(wrong), std::nullopt) << wrong;
}

TEST(FaultKindsHelp, EachExampleCanBeRead) {
  const std::string help(fault_kinds_help());
  for (const char* example :
       {"latency:1:wait=5ms:jitter=20ms", "429:0.02", "503:0.02:retry-after=1",
        "503:0.02:retry-date=1", "504-after:0.01", "entry-429:0.05", "reset-before:0.01",
        "reset-after:0.01", "stall-before:0.01", "stall-after:0.01:wait=5s", "cut:0.01",
        "trickle:0.01:bytes=16:wait=10ms", "garbage-before:0.01", "garbage-after:0.01"}) {
    EXPECT_THAT(help, HasSubstr(example));
    EXPECT_TRUE(read_fault(example).has_value()) << example;
  }
}

}  // namespace
}  // namespace fhirehose::target
