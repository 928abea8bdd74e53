#include "core/duration.hpp"

#include <gtest/gtest.h>

namespace fhirehose::core {
namespace {

using namespace std::chrono_literals;

TEST(Duration, IsAWholeNumberAndAUnit) {
  EXPECT_EQ(parse_duration("500ms"), 500ms);
  EXPECT_EQ(parse_duration("90s"), 90s);
  EXPECT_EQ(parse_duration("10m"), 10min);
  EXPECT_EQ(parse_duration("2h"), 2h);
  EXPECT_EQ(parse_duration("0s"), 0s);
}

TEST(Duration, IsNothingElse) {
  for (const char* text :
       {"", "s", "10", "1.5s", "-1s", " 1s", "1 s", "1d", "9000h", "99999999999s"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(Duration, IsPrintedAsItIsRead) {
  for (const char* text : {"10m", "90s", "1500ms", "2h"}) {
    EXPECT_EQ(format_duration(*parse_duration(text)), text);
  }
  EXPECT_EQ(format_duration(120s), "2m");
}

}  // namespace
}  // namespace fhirehose::core
