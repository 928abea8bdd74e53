#include "deferral/set_aside.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/parsed.hpp"
#include "support/scratch_directory.hpp"
#include "support/variable.hpp"

namespace fhirehose::deferral {
namespace {

using testing::HasSubstr;

constexpr const char* kLines =
    "{\"resourceType\":\"Patient\",\"id\":\"a\"}\n\n"
    "  {\"resourceType\":\"Observation\",\"id\":\"b\",\"subject\":{\"reference\":\"Patient/a\"}}\n"
    "{\"resourceType\":\"Basic\"}\n";

class SetAsideTest : public testing::Test {
 protected:
  std::vector<Place> put_all() {
    std::vector<Place> places;
    for (std::uint32_t row = 0; row < batch_->records.size(); ++row) {
      places.push_back(set_aside_.put(lane::Entry{batch_.get(), row}).value());
    }
    return places;
  }

  const record::BatchHandle batch_ =
      tests::parsed(kLines, {.member = 3, .sequence = 7, .offset = 500});
  memory::ByteBudget budget_{1'000'000};
  SetAside set_aside_{10'000};
};

TEST_F(SetAsideTest, GivesRecordsBackAsTheyWereSentAndAsTheyStand) {
  batch_->phase = 2;
  const auto places = put_all();
  const auto back = set_aside_.records(places, budget_).value();
  ASSERT_EQ(back->records.size(), 3U);
  for (std::uint32_t row = 0; row < 3; ++row) {
    const record::RecordView& was = batch_->records[row];
    const record::RecordView& is = back->records[row];
    EXPECT_EQ(is.raw, was.raw);
    EXPECT_EQ(is.body, record::edited_text(*batch_, was));
    EXPECT_EQ(is.edits, 0U);
    EXPECT_EQ(is.id, was.id);
    EXPECT_EQ(is.patient, was.patient);
    EXPECT_EQ(is.type, was.type);
    EXPECT_EQ(is.key, was.key);
    EXPECT_EQ(is.ordinal, was.ordinal);
    EXPECT_EQ(is.line, was.line);
    const record::Origin origin = record::origin_of(*back, row);
    EXPECT_EQ(origin.phase, 2U);
    EXPECT_EQ(origin.member, 3U);
    EXPECT_EQ(origin.sequence, 7U);
    EXPECT_EQ(origin.begin, record::origin_of(*batch_, row).begin);
  }
  EXPECT_EQ(back->origins[1].begin,
            500U + std::string_view(kLines).find("{\"resourceType\":\"Obs"));
  EXPECT_NE(back->records[2].body, back->records[2].raw) << "an id was derived";
}

TEST_F(SetAsideTest, GivesThemInTheOrderThatIsAskedFor) {
  auto places = put_all();
  std::swap(places[0], places[2]);
  places.pop_back();
  const auto back = set_aside_.records(places, budget_).value();
  ASSERT_EQ(back->records.size(), 2U);
  EXPECT_EQ(core::name_of(back->records[0].type), "Basic");
  EXPECT_EQ(back->records[1].id, "b");
}

TEST_F(SetAsideTest, TakesWhatItReadsFromTheBudgetUntilItIsLetGo) {
  const auto places = put_all();
  auto back = set_aside_.records(places, budget_).value();
  EXPECT_GE(budget_.in_use(), places[0].bytes + places[1].bytes + places[2].bytes);
  back.reset();
  EXPECT_EQ(budget_.in_use(), 0U);
}

TEST_F(SetAsideTest, KeepsRefusals) {
  const Place named = set_aside_
                          .put(sink::Refusal{.entry = 4,
                                             .reason = "no",
                                             .outcome = "{}",
                                             .attempts = 3,
                                             .missing = sink::MissingTarget{"Patient/a"}})
                          .value();
  const Place bare = set_aside_.put(sink::Refusal{.reason = "why"}).value();
  const auto back = set_aside_.refusal(named).value();
  EXPECT_EQ(back.reason, "no");
  EXPECT_EQ(back.outcome, "{}");
  EXPECT_EQ(back.attempts, 3U);
  EXPECT_EQ(back.missing.value().reference, "Patient/a");
  EXPECT_EQ(set_aside_.refusal(bare).value().reason, "why");
  EXPECT_FALSE(set_aside_.refusal(bare).value().missing);
}

TEST_F(SetAsideTest, KeepsToItsLimit) {
  SetAside small(600);
  ASSERT_TRUE(small.put(lane::Entry{batch_.get(), 0}));
  const auto refused = small.put(sink::Refusal{.outcome = std::string(600, 'x')});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, core::ErrorKind::kUsage);
  EXPECT_THAT(refused.error().message, HasSubstr("has reached 600 B (--max-scratch)"));
  EXPECT_TRUE(small.put(sink::Refusal{.reason = "small"})) << "there is room for less";
}

TEST_F(SetAsideTest, SaysWhereTheFileCantBeMade) {
  const tests::Variable folder("TMPDIR", "/nowhere/at/all");
  const auto refused = set_aside_.put(lane::Entry{batch_.get(), 0});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("/nowhere/at/all"));
}

}  // namespace
}  // namespace fhirehose::deferral
