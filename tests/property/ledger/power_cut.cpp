#include <map>
#include <random>

#include <gtest/gtest.h>

#include "ledger/ledger.hpp"
#include "support/forgetful_disk.hpp"
#include "support/scratch_directory.hpp"

namespace fhirehose::ledger {
namespace {

/// What calls have returned from: more may be there, of the one call that the power cut has met.
struct Known {
  std::string source;
  std::size_t members = 0;
  std::uint32_t chunks = 0;  ///< settled, each with one dead letter
  std::uint32_t synced = 0;  ///< of these; the others a power cut may take
  bool ended = false;
};

class Machine {
 public:
  explicit Machine(std::uint64_t seed) : random_(seed) {}

  /// Runs until the power goes, which may be before the ledger is even open.
  void live() {
    disk_.cut_at(1 + random_() % 200);
    auto ledger = Ledger::open(scratch_ / "state", Ledger::Access::kWrite);
    while (ledger && !disk_.is_off()) act(**ledger);
  }

  void power_on() { disk_.power_on(random_); }

  void check() {
    const auto ledger = Ledger::open(scratch_ / "state", Ledger::Access::kWrite);
    ASSERT_TRUE(ledger) << ledger.error().message;
    for (auto& [id, known] : runs_) {
      const auto run = (*ledger)->run(id);
      ASSERT_TRUE(run && *run) << "run " << id << " is forgotten";
      EXPECT_EQ((*run)->start.sources, std::vector<std::string>{known.source});
      EXPECT_TRUE((*run)->state == "finished" || (!known.ended && (*run)->state == "stopped"))
          << (*run)->state;
      const auto members = (*ledger)->members(id);
      ASSERT_TRUE(members);
      EXPECT_TRUE(members->size() == known.members || members->size() == known.members + 20)
          << members->size() << " members, " << known.members << " known";
      EXPECT_EQ(members->size() % 20, 0U);
      check_progress(**ledger, id, known);
      // What the cut has let through stays.
      runs_[id].members = members->size();
    }
  }

  [[nodiscard]] std::size_t runs() const { return runs_.size(); }

 private:
  void act(Ledger& ledger) {
    switch (runs_.empty() ? 0 : random_() % 8) {
      case 0:
        return begin(ledger);
      case 1:
        return add_members(ledger);
      case 2:
        return end(ledger);
      case 3:
        return sync(ledger);
      default:
        return settle(ledger);
    }
  }

  void begin(Ledger& ledger) {
    RunStart start;
    start.command = "load";
    start.sources = {"source-" + std::to_string(random_())};
    start.target = "discard:";
    start.options = "{}";
    const auto run = ledger.begin_run(start);
    if (!run) return;
    runs_[*run] = {start.sources.front()};
    synced();
  }

  void add_members(Ledger& ledger) {
    auto& [id, known] = *runs_.rbegin();
    const std::vector<SourceMember> members(20, {std::string(100, 'm'), 1, 2, 3, 4, ""});
    if (known.ended || !ledger.add_members(id, members)) return;
    known.members += members.size();
    synced();
  }

  static void check_progress(const Ledger& ledger, RunId id, Known& known) {
    std::uint32_t letters = 0;
    ASSERT_TRUE(ledger.dead_letters(id, [&](const DeadLetter&) { ++letters; }));
    EXPECT_GE(letters, known.synced);
    EXPECT_LE(letters, known.chunks + 1);
    const auto settled = ledger.settled(id);
    ASSERT_TRUE(settled);
    // Letters and progress are in the file together, or neither is.
    const bool finished = ledger.run(id)->value().state == "finished";
    EXPECT_EQ(settled->ranges.size(), finished ? 0 : letters);
    EXPECT_EQ(settled->outcomes.empty() ? 0 : settled->outcomes[0].rejected, letters);
    known.chunks = known.synced = letters;
  }

  void settle(Ledger& ledger) {
    auto& [id, known] = *runs_.rbegin();
    Settlement settlement;
    settlement.ranges = {{0, 0, 2 * known.chunks, 2 * known.chunks}};
    settlement.outcomes = {{"Patient", 0, 0, 1}};
    settlement.letters.resize(1);
    settlement.letters[0].bytes.assign(random_() % 10'000, 'x');
    const auto survives =
        random_() % 3 == 0 ? Ledger::Survives::kPowerCut : Ledger::Survives::kCrash;
    if (known.ended || !ledger.settle(id, settlement, survives)) return;
    ++known.chunks;
    if (survives == Ledger::Survives::kPowerCut) synced();
  }

  void sync(Ledger& ledger) {
    if (ledger.sync()) synced();
  }

  /// All that was written.
  void synced() {
    for (auto& [id, known] : runs_) known.synced = known.chunks;
  }

  void end(Ledger& ledger) {
    auto& [id, known] = *runs_.rbegin();
    if (!ledger.end_run(id, "finished", {1, 1, 0, 0}, "{}")) return;
    known.ended = true;
    synced();
  }

  tests::ScratchDirectory scratch_;
  tests::ForgetfulDisk disk_;
  std::mt19937_64 random_;
  std::map<RunId, Known> runs_;
};

TEST(LedgerPowerCut, LeavesASoundLedgerThatHoldsAllThatCallsHaveReturnedFrom) {
  std::size_t runs = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Machine machine(seed);
    for (int lives = 0; lives < 3 && !testing::Test::HasFailure(); ++lives) {
      machine.live();
      machine.power_on();
      machine.check();
    }
    runs += machine.runs();
  }
  EXPECT_GT(runs, 100U);
}

}  // namespace
}  // namespace fhirehose::ledger
