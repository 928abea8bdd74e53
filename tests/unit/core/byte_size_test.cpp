#include "core/byte_size.hpp"

#include <gtest/gtest.h>

namespace fhirehose::core {
namespace {

TEST(ByteSize, ReadsPlainNumbersAndPowersOf1024) {
  EXPECT_EQ(parse_byte_size("0"), 0U);
  EXPECT_EQ(parse_byte_size("4096"), 4096U);
  EXPECT_EQ(parse_byte_size("64K"), 64 * kKiB);
  EXPECT_EQ(parse_byte_size("256M"), 256 * kMiB);
  EXPECT_EQ(parse_byte_size("256MiB"), 256 * kMiB);
  EXPECT_EQ(parse_byte_size("2G"), 2 * kGiB);
  EXPECT_EQ(parse_byte_size("1T"), 1024 * kGiB);
}

TEST(ByteSize, RefusesWhatIsNoSize) {
  for (const char* text : {"", "K", "MiB", "-1", "+1", " 1", "1 ", "1 K", "1.5G", "1k", "1KB", "1P",
                           "iB", "5iB", "0x10", "18446744073709551616"}) {
    EXPECT_FALSE(parse_byte_size(text)) << text;
  }
}

TEST(ByteSize, RefusesWhatDoesNotFit64Bits) {
  EXPECT_EQ(parse_byte_size("16777215T"), 16'777'215ULL * 1024 * kGiB);
  EXPECT_FALSE(parse_byte_size("16777216T"));
}

TEST(ByteSize, PrintsTwoOrMoreDigitsForPeople) {
  EXPECT_EQ(format_byte_size(0), "0 B");
  EXPECT_EQ(format_byte_size(1023), "1023 B");
  EXPECT_EQ(format_byte_size(1024), "1.0 KiB");
  EXPECT_EQ(format_byte_size(184 * kMiB), "184 MiB");
  EXPECT_EQ(format_byte_size(3'650'722'202), "3.4 GiB");
  EXPECT_EQ(format_byte_size(5'000 * 1024 * kGiB), "5000 TiB");
}

TEST(ByteSize, NeverPrints1024OfAUnitThatHasANext) {
  EXPECT_EQ(format_byte_size(kMiB - 1), "1.0 MiB");
  EXPECT_EQ(format_byte_size(kGiB - 1), "1.0 GiB");
}

}  // namespace
}  // namespace fhirehose::core
