#include "compare/decimal.hpp"

#include <gtest/gtest.h>

namespace fhirehose::compare {
namespace {

TEST(Decimal, IsTheSameHoweverItsExponentIsSpelled) {
  for (const auto& [a, b] : {std::pair{"1", "1"},
                             {"1.50", "15.0e-1"},
                             {"1.50", "0.150E+1"},
                             {"1e2", "1E+02"},
                             {"-0.0", "0.0"},
                             {"-1.0", "-10e-1"},
                             {"0.001", "1e-3"},
                             {"12345678901234567890.1", "123456789012345678901e-1"}}) {
    EXPECT_TRUE(same_decimal(a, b)) << a << ' ' << b;
    EXPECT_TRUE(same_decimal(b, a)) << a << ' ' << b;
  }
}

TEST(Decimal, DiffersInValueOrPrecision) {
  for (const auto& [a, b] : {std::pair{"1", "2"},
                             {"1", "-1"},
                             {"1.0", "1"},
                             {"1.50", "1.5"},
                             {"100", "1e2"},
                             {"0", "0.0"},
                             {"1e400", "1e401"},
                             {"12345678901234567890.1", "12345678901234567890.2"},
                             {"1e99999999999999999999", "1e99999999999999999998"}}) {
    EXPECT_FALSE(same_decimal(a, b)) << a << ' ' << b;
    EXPECT_FALSE(same_decimal(b, a)) << a << ' ' << b;
  }
}

}  // namespace
}  // namespace fhirehose::compare
