#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/pending_settlement.hpp"
#include "pipeline/settled_units.hpp"
#include "pipeline/settlement_writer.hpp"
#include "support/scratch_directory.hpp"

namespace fhirehose::pipeline {
namespace {

using ledger::SettledRange;
using ledger::UnitName;
using testing::ElementsAre;
using testing::IsEmpty;

void settle(PendingSettlement& pending, const UnitName& unit, std::vector<std::uint32_t> ordinals) {
  pending.settle(unit, ordinals);
}

TEST(PendingSettlement, JoinsNeighbouringChunksInWhateverOrderTheyEnd) {
  PendingSettlement pending;
  for (const std::uint32_t sequence : {5U, 3U, 4U, 9U}) pending.open({0, 2, sequence}, 1, {});
  pending.open({0, 3, 6}, 0, {});
  pending.open({1, 2, 6}, 0, {});
  for (const std::uint32_t sequence : {4U, 5U, 3U}) settle(pending, {0, 2, sequence}, {0});
  EXPECT_THAT(pending.take().ranges, ElementsAre(SettledRange{0, 2, 3, 5}, SettledRange{0, 3, 6, 6},
                                                 SettledRange{1, 2, 6, 6}));
  settle(pending, {0, 2, 9}, {0});
  EXPECT_THAT(pending.take().ranges, ElementsAre(SettledRange{0, 2, 9, 9}));
  EXPECT_TRUE(pending.take().empty());
}

TEST(PendingSettlement, TellsOfAnOpenUnitWhatIsSettledWheneverThatChanges) {
  PendingSettlement pending;
  pending.open({0, 0, 0}, 3, {});
  EXPECT_TRUE(pending.take().empty());
  settle(pending, {0, 0, 0}, {9});
  const auto parts = pending.take().parts;
  ASSERT_EQ(parts.size(), 1U);
  EXPECT_EQ(parts[0].unit, (UnitName{0, 0, 0}));
  EXPECT_TRUE(RowSet(parts[0].rows).contains(9));
  EXPECT_FALSE(RowSet(parts[0].rows).contains(8));
  EXPECT_TRUE(pending.take().empty());
  settle(pending, {0, 0, 0}, {1, 17});
  const auto last = pending.take();
  EXPECT_THAT(last.parts, IsEmpty());
  EXPECT_EQ(last.ranges.size(), 1U);
}

TEST(PendingSettlement, KeepsWhatEarlierProcessesSettledOfAUnit) {
  RowSet earlier;
  earlier.insert(0);
  PendingSettlement pending;
  pending.open({0, 0, 0}, 2, earlier);
  settle(pending, {0, 0, 0}, {4});
  const RowSet rows(pending.take().parts.at(0).rows);
  EXPECT_TRUE(rows.contains(0));
  EXPECT_TRUE(rows.contains(4));
}

TEST(PendingSettlement, TellsOfAUnitThatCountedSomethingAtItsOpening) {
  PendingSettlement pending;
  pending.open({0, 0, 0}, 2, {});
  pending.add(kUntyped, {0, 0, 1});
  pending.counted({0, 0, 0});
  const auto settlement = pending.take();
  EXPECT_EQ(settlement.parts.size(), 1U);
  ASSERT_EQ(settlement.outcomes.size(), 1U);
  EXPECT_EQ(settlement.outcomes[0].type, "");
}

TEST(PendingSettlementDeathTest, EndsTheProcessWhenMoreIsSettledThanIsOpen) {
  PendingSettlement pending;
  pending.open({0, 0, 0}, 1, {});
  EXPECT_DEATH(settle(pending, {0, 0, 0}, {0, 1}), "too many of chunk 0 of member 0");
  EXPECT_DEATH(settle(pending, {1, 0, 0}, {0}), "too many");
}

TEST(SettledUnits, AreFoundByPhaseMemberAndChunk) {
  ledger::Settled settled;
  settled.ranges = {{0, 1, 0, 3}, {0, 1, 5, 5}, {1, 0, 2, 9}};
  settled.parts = {{{0, 1, 4}, std::string("\x02")}};
  const SettledUnits units(settled);
  EXPECT_FALSE(units.none());
  EXPECT_TRUE(units.has_all_of({0, 1, 0}));
  EXPECT_TRUE(units.has_all_of({0, 1, 3}));
  EXPECT_FALSE(units.has_all_of({0, 1, 4}));
  EXPECT_TRUE(units.has_all_of({0, 1, 5}));
  EXPECT_FALSE(units.has_all_of({0, 1, 6}));
  EXPECT_FALSE(units.has_all_of({0, 0, 0}));
  EXPECT_FALSE(units.has_all_of({1, 0, 1}));
  EXPECT_FALSE(units.has_all_of({1, 1, 3}));
  EXPECT_EQ(units.count(0, 1), 5U);
  EXPECT_EQ(units.count(1, 0), 8U);
  EXPECT_EQ(units.count(2, 0), 0U);
  ASSERT_NE(units.part_of({0, 1, 4}), nullptr);
  EXPECT_TRUE(units.part_of({0, 1, 4})->contains(1));
  EXPECT_EQ(units.part_of({0, 1, 3}), nullptr);
  EXPECT_TRUE(SettledUnits().none());
}

class SettlementWriterTest : public testing::Test {
 protected:
  tests::ScratchDirectory scratch_;
  std::unique_ptr<ledger::Ledger> ledger_ =
      ledger::Ledger::open(scratch_ / "state", ledger::Ledger::Access::kWrite).value();
  ledger::RunId run_ = ledger_->begin_run(ledger::RunStart()).value();
};

TEST_F(SettlementWriterTest, WritesAllThereIsAtTheEnd) {
  SettlementWriter writer(*ledger_, run_);
  writer.update([](PendingSettlement& pending) {
    pending.open({0, 0, 0}, 0, {});
    pending.add(0, {7, 0, 0});
  });
  writer.finish();
  EXPECT_EQ(writer.failure(), std::nullopt);
  EXPECT_EQ(ledger_->settled(run_)->ranges.size(), 1U);
  EXPECT_EQ(ledger_->run(run_)->value().counts.loaded, 7U);
}

TEST_F(SettlementWriterTest, HoldsBackWhoMakesMoreLettersThanCanBeWritten) {
  SettlementWriter writer(*ledger_, run_);
  for (int i = 0; i < 100; ++i) {
    ledger::DeadLetter letter;
    letter.bytes.assign(1 << 20, 'x');
    std::uint64_t waiting = 0;
    writer.update([&](PendingSettlement& pending) {
      waiting = pending.letter_bytes();
      pending.add(std::move(letter));
    });
    ASSERT_LT(waiting, 17U << 20);
  }
  writer.finish();
  int letters = 0;
  ASSERT_TRUE(ledger_->dead_letters(run_, [&](const ledger::DeadLetter&) { ++letters; }));
  EXPECT_EQ(letters, 100);
}

TEST_F(SettlementWriterTest, SaysWhyItCouldNotWrite) {
  SettlementWriter writer(*ledger_, run_);
  writer.update([](PendingSettlement& pending) {
    pending.open({0, 0, 0}, 0, {});
    pending.open({0, 0, 0}, 0, {});
  });
  writer.finish();
  ASSERT_TRUE(writer.failure().has_value());
  EXPECT_TRUE(ledger_->settled(run_)->ranges.empty());
}

}  // namespace
}  // namespace fhirehose::pipeline
