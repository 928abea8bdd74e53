#include "index/key_filter.hpp"

#include <string>

#include <gtest/gtest.h>

namespace fhirehose::index {
namespace {

core::ResourceKey patient(std::uint64_t number) {
  return core::key_of(core::kPatient, std::to_string(number));
}

TEST(KeyFilter, KnowsNoneAtFirst) {
  const KeyFilter filter(0, 0);
  EXPECT_FALSE(filter.may_have(patient(1)));
}

TEST(KeyFilter, KnowsWhatWasAddedAndHardlyAnythingElse) {
  constexpr std::uint64_t kKeys = 100'000;
  KeyFilter filter(kKeys, UINT64_MAX);
  for (std::uint64_t i = 0; i < kKeys; ++i) filter.add(patient(i));
  std::uint64_t wrong = 0;
  for (std::uint64_t i = 0; i < kKeys; ++i) {
    ASSERT_TRUE(filter.may_have(patient(i)));
    wrong += filter.may_have(patient(kKeys + i)) ? 1 : 0;
  }
  EXPECT_LT(wrong, kKeys / 5'000);
  EXPECT_NEAR(static_cast<double>(filter.bytes()), 3.0 * kKeys, 64);
}

TEST(KeyFilter, KeepsToItsBytes) {
  KeyFilter filter(1'000'000, 1'024);
  EXPECT_EQ(filter.bytes(), 1'024U);
  filter.add(patient(1));
  EXPECT_TRUE(filter.may_have(patient(1)));
}

}  // namespace
}  // namespace fhirehose::index
