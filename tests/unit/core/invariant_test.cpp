#include "core/invariant.hpp"

#include <gtest/gtest.h>

namespace fhirehose::core {
namespace {

TEST(InvariantDeathTest, EndsTheProcessWithItsMessage) {
  EXPECT_DEATH(broken_invariant("read 3 but settled 2"), "fhirehose: a bug: read 3 but settled 2");
}

}  // namespace
}  // namespace fhirehose::core
