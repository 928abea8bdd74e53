#include "sink/discard/discard_sink.hpp"

#include <gtest/gtest.h>

#include "unit/sink/sqlite_rows.hpp"

namespace fhirehose::sink {
namespace {

TEST(DiscardSink, DeliversABundleWithinSubmit) {
  Deliveries deliveries;
  DiscardSink sink;
  ASSERT_TRUE(sink.open());
  sink.on_delivery(deliveries.callback());
  sink.submit(bundle_of(0, 3));
  ASSERT_EQ(deliveries.all().size(), 1U);
  EXPECT_EQ(deliveries.all()[0].bundle.entries.size(), 3U);
  EXPECT_TRUE(deliveries.all()[0].refusals.empty());
  EXPECT_FALSE(deliveries.all()[0].stopped);
  EXPECT_TRUE(sink.close());
  EXPECT_EQ(sink.counters().requests, 1U);
}

TEST(DiscardSink, TellsItsLanesAndBundleSize) {
  DiscardSink sink({.in_flight = 2, .bundle_entries = 5});
  const core::Result<Traits> traits = sink.open();
  ASSERT_TRUE(traits);
  EXPECT_EQ(sink.tempo().pace, (lane::Pace{2, 5}));
  EXPECT_EQ(sink.tempo().why, Tempo::Why::kFixed);
  EXPECT_FALSE(traits->checks_references);
}

}  // namespace
}  // namespace fhirehose::sink
