#include "compare/tally.hpp"

#include <thread>

#include <gtest/gtest.h>

namespace fhirehose::compare {
namespace {

Finding finding(std::uint32_t member, std::uint64_t position) {
  Finding found;
  found.member = member;
  found.position = position;
  return found;
}

TEST(Tally, KeepsTheFirstFindingsOfTheInputInWhateverOrderTheyCome) {
  Tally tally(3);
  for (const auto& [member, position] : {std::pair{1U, 5U}, {0U, 9U}, {2U, 0U}, {0U, 1U}, {1U, 2U}})
    tally.keep(finding(member, position));
  const auto kept = tally.findings();
  ASSERT_EQ(kept.size(), 3U);
  EXPECT_EQ(kept[0].position, 1U);
  EXPECT_EQ(kept[1].position, 9U);
  EXPECT_EQ(kept[2].position, 2U);
}

TEST(Tally, CountsByTypeFromAnyThread) {
  Tally tally(1);
  const auto count = [&tally] {
    for (int i = 0; i < 1'000; ++i) tally.count(core::kPatient, Outcome::kMissing);
  };
  std::thread other(count);
  count();
  other.join();
  tally.count(core::resource_type("Basic"), Outcome::kEqual);
  EXPECT_EQ(tally.sums(core::kPatient), (Tally::Sums{0, 0, 2'000, 0, 0}));
  EXPECT_EQ(tally.sums(core::resource_type("Basic")), (Tally::Sums{1, 0, 0, 0, 0}));
}

}  // namespace
}  // namespace fhirehose::compare
