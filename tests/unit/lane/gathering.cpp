#include "lane/gathering.hpp"

#include <gtest/gtest.h>

#include "observations.hpp"

namespace fhirehose::lane {
namespace {

constexpr AtomicName kName{0, 17};

TEST(Gathering, WaitsUntilAllEntriesAreAccountedFor) {
  Gathering gathering;
  const auto second = observations(2, "p", {0, 1, 0});
  EXPECT_FALSE(gathering.add({kName, second, all_rows(second), 2, 6}));
  const auto nothing_to_send = observations(3, "p", {0, 2, 0});
  EXPECT_FALSE(gathering.add({kName, nothing_to_send, {}, 3, 6}));
  const auto first = observations(1, "p", {0, 0, 0});
  const auto bundle = gathering.add({kName, first, all_rows(first), 1, 6});
  ASSERT_TRUE(bundle.has_value());
  EXPECT_TRUE(bundle->atomic);
  ASSERT_EQ(bundle->entries.size(), 3U);
  EXPECT_EQ(bundle->entries[0].batch->chunk->origin.sequence, 0U) << "in the order of the source";
  EXPECT_EQ(bundle->holds.size(), 2U) << "not what it sends nothing of";
  EXPECT_TRUE(gathering.finish().empty());
}

TEST(Gathering, IsNothingWhereNoEntryIsToBeSent) {
  Gathering gathering;
  EXPECT_FALSE(gathering.add({kName, observations(2), {}, 2, 2}));
  EXPECT_TRUE(gathering.finish().empty());
}

TEST(Gathering, GivesWhatIsUnfinishedWhenNothingMoreComes) {
  Gathering gathering;
  const auto batch = observations(2);
  EXPECT_FALSE(gathering.add({kName, batch, all_rows(batch), 2, 6}));
  const auto bundles = gathering.finish();
  ASSERT_EQ(bundles.size(), 1U);
  EXPECT_EQ(bundles[0].entries.size(), 2U);
}

}  // namespace
}  // namespace fhirehose::lane
