#include "core/instant.hpp"

#include <gtest/gtest.h>

namespace fhirehose::core {
namespace {

constexpr Microseconds kDay = 86'400'000'000;

TEST(Instant, CountsFrom1970) {
  EXPECT_EQ(parse_instant("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(parse_instant("1970-01-02T00:00:00.000001Z"), kDay + 1);
  EXPECT_EQ(parse_instant("1969-12-31T23:59:59.999999Z"), -1);
  EXPECT_EQ(parse_instant("2000-03-01T00:00:00Z"), 11'017 * kDay);
}

TEST(Instant, IsTheSameWhateverItsZone) {
  const auto utc = parse_instant("2024-05-05T05:05:05.555Z");
  ASSERT_TRUE(utc);
  EXPECT_EQ(parse_instant("2024-05-05T07:05:05.555+02:00"), utc);
  EXPECT_EQ(parse_instant("2024-05-04T23:35:05.555-05:30"), utc);
  EXPECT_EQ(parse_instant("2024-05-05T05:05:05.555-00:00"), utc);
}

TEST(Instant, CutsDigitsBeyondMicroseconds) {
  EXPECT_EQ(parse_instant("1970-01-01T00:00:00.1Z"), 100'000);
  EXPECT_EQ(parse_instant("1970-01-01T00:00:00.123456999999Z"), 123'456);
}

TEST(Instant, TakesALeapSecondAsTheNextMinute) {
  EXPECT_EQ(parse_instant("2016-12-31T23:59:60Z"), parse_instant("2017-01-01T00:00:00Z"));
}

TEST(Instant, RefusesWhatIsNone) {
  for (const char* text : {"",
                           "2024",
                           "2024-05-05",
                           "2024-05-05T05:05:05",
                           "2024-05-05T05:05Z",
                           "2024-5-5T05:05:05Z",
                           "2024-13-01T00:00:00Z",
                           "2023-02-29T00:00:00Z",
                           "2024-01-01T24:00:00Z",
                           "0000-01-01T00:00:00Z",
                           "2024-01-01T00:00:00-14:01",
                           "2024-01-01T00:60:00Z",
                           "2024-01-01T00:00:61Z",
                           "2024-01-01T00:00:00.Z",
                           "2024-01-01T00:00:00z",
                           "2024-01-01T00:00:00+2:00",
                           "2024-01-01T00:00:00+15:00",
                           "2024-01-01T00:00:00+02:60",
                           "2024-01-01T00:00:00+0200",
                           "2024-01-01 00:00:00Z",
                           "2024-01-01T00:00:00Z ",
                           "-024-01-01T00:00:00Z",
                           "2024-01-01T00:00:00.1"}) {
    EXPECT_FALSE(parse_instant(text)) << text;
  }
}

TEST(Instant, PrintsUtcToTheMillisecond) {
  EXPECT_EQ(format_instant(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(format_instant(-1), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(format_instant(*parse_instant("2026-11-21T05:48:09.123999+01:00")),
            "2026-11-21T04:48:09.123Z");
  EXPECT_EQ(format_instant(*parse_instant("9999-12-31T23:59:59.999Z")), "9999-12-31T23:59:59.999Z");
}

TEST(Instant, IsReadBackAsPrinted) {
  for (Microseconds time = -60'000 * kDay; time < 60'000 * kDay; time += 7'654'321'987'000)
    EXPECT_EQ(parse_instant(format_instant(time)), time);
}

TEST(Instant, OfNoTimeComesBeforeEveryOther) {
  EXPECT_LT(kNever, *parse_instant("0001-01-01T00:00:00+14:00"));
}

}  // namespace
}  // namespace fhirehose::core
