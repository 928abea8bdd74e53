#include <vector>

#include <gtest/gtest.h>

#include "sink/fhir/gate.hpp"
#include "sink/fhir/rest_place.hpp"

namespace fhirehose::sink::fhir {
namespace {

PaceLimits fixed(std::uint32_t in_flight) {
  const lane::Pace pace{in_flight, 100};
  return {.start = pace, .least = pace, .most = pace};
}

class GateTest : public testing::Test {
 protected:
  void pass(Gate& gate, int number) {
    gate.pass([this, number] {
      sent_.push_back(number);
      return true;
    });
  }
  std::vector<int> sent_;
};

TEST_F(GateTest, LetsOutAsManyAsThePaceWants) {
  Gate gate(fixed(2));
  for (const int number : {1, 2, 3, 4}) pass(gate, number);
  EXPECT_EQ(sent_, (std::vector{1, 2}));
  gate.open();
  EXPECT_EQ(sent_.size(), 2U) << "there is no place";
  gate.came_back(Gate::Result::kTaken, 100);
  gate.open();
  EXPECT_EQ(sent_, (std::vector{1, 2, 3}));
}

TEST_F(GateTest, KeepsNoPlaceForWhatIsNotSentAfterAll) {
  Gate gate(fixed(1));
  gate.pass([] { return false; });
  pass(gate, 1);
  EXPECT_EQ(sent_, (std::vector{1}));
}

TEST_F(GateTest, MakesUpForWhatRestsUnlessTheServerIsInTrouble) {
  Gate gate({.start = {2, 100}});
  gate.rests(3);
  EXPECT_EQ(gate.tempo().resting, 3U);
  for (int i = 0; i < 3; ++i) gate.came_back(Gate::Result::kFailed, 0);
  EXPECT_TRUE(gate.in_trouble());
  EXPECT_EQ(gate.tempo().resting, 0U);
}

TEST_F(GateTest, KeepsToTheEntriesThatAServerTakes) {
  Gate gate({.start = {2, 100}});
  gate.came_back(Gate::Result::kRefused, 100);
  EXPECT_EQ(gate.tempo().pace.entries, 100U) << "one of them may be too large";
  gate.came_back(Gate::Result::kTaken, 50);
  gate.limit({.entries = 50, .bytes = 7'000});
  EXPECT_EQ(gate.tempo().pace.entries, 50U);
  EXPECT_EQ(gate.tempo().pace.bytes, lane::Pace{}.bytes);
}

TEST_F(GateTest, KeepsToTheBytesOfAServerThatTakesMoreEntries) {
  Gate gate({.start = {2, 100}});
  gate.came_back(Gate::Result::kTaken, 51);
  gate.limit({.entries = 50, .bytes = 7'000});
  EXPECT_EQ(gate.tempo().pace.entries, 100U);
  EXPECT_EQ(gate.tempo().pace.bytes, 7'000U);
  gate.limit({.entries = 50, .bytes = 8'000});
  EXPECT_EQ(gate.tempo().pace.bytes, 7'000U);
}

TEST(RestPlace, LetsGoWhatIsDueOnce) {
  RestPlace place;
  int gone = 0;
  const auto ticket = place.add(RestPlace::Sleep::kLight, [&] { ++gone; });
  place.due(ticket);
  place.due(ticket);
  place.wake(RestPlace::Sleep::kDeep);
  EXPECT_EQ(gone, 1);
}

TEST(RestPlace, WakesWhatIsNotToSleepOn) {
  RestPlace place;
  std::vector<int> awake;
  place.add(RestPlace::Sleep::kLight, [&] { awake.push_back(1); });
  place.add(RestPlace::Sleep::kDeep, [&] { awake.push_back(2); });
  place.add(RestPlace::Sleep::kLight, [&] { awake.push_back(3); });
  place.wake(RestPlace::Sleep::kLight);
  EXPECT_EQ(awake, (std::vector{1, 3}));
  place.wake(RestPlace::Sleep::kDeep);
  EXPECT_EQ(awake, (std::vector{1, 3, 2}));
}

}  // namespace
}  // namespace fhirehose::sink::fhir
