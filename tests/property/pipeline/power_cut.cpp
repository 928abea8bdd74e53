#include <random>

#include <gtest/gtest.h>

#include "support/forgetful_disk.hpp"
#include "support/loading.hpp"
#include "support/made_input.hpp"
#include "support/scratch_directory.hpp"

namespace fhirehose {
namespace {

using namespace tests;

using Place = std::tuple<std::string, std::uint64_t, std::uint64_t>;

/// What a load leaves behind, on disks that need not be asked how.
struct Left {
  std::map<std::string, std::string> rows;
  std::vector<Place> letters;
  std::uint64_t read = 0, loaded = 0, duplicate = 0, rejected = 0;
  bool operator==(const Left&) const = default;
};

/// A load into an SQLite file, its ledger on the same disk, and the power that goes and comes back.
class Machine {
 public:
  explicit Machine(std::uint64_t seed) : random_(seed) {
    std::mt19937 content(static_cast<std::mt19937::result_type>(seed));
    for (const char* name : {"a.ndjson", "b.ndjson"}) {
      write_file(scratch_ / name, made_input(content));
      options_.input.sources.push_back(scratch_ / name);
    }
    options_.input.window = 4'096 << (seed % 5);
    options_.batch = 10 + seed % 90;
  }

  Left undisturbed() {
    use("undisturbed");
    loaded(options_);
    return left();
  }

  /// Ends with a load or a resumption that nothing has disturbed; gives how often the power went.
  int live_through_cuts() {
    use("disturbed");
    for (int cuts = 0;; ++cuts) {
      if (cuts < 4) disk_.cut_at(1 + random_() % 150);
      const bool ended = go_on();
      disk_.stay_on();
      if (ended && !disk_.is_off()) return cuts;
      disk_.power_on(random_);
    }
  }

  Left left() {
    Left left;
    left.rows = stored(store_);
    for (const auto& letter : dead_letters(options_.state, 1)) {
      left.letters.emplace_back(letter.member, letter.begin, letter.end);
    }
    const auto ledger = ledger::Ledger::open(options_.state, ledger::Ledger::Access::kReadOnly);
    const ledger::Run run = ledger.value()->run(1).value().value();
    EXPECT_EQ(run.state, "finished");
    left.read = run.counts.read;
    left.loaded = run.counts.loaded;
    left.duplicate = run.counts.duplicate;
    left.rejected = run.counts.rejected;
    return left;
  }

 private:
  void use(const std::string& name) {
    store_ = scratch_ / (name + ".db");
    options_.target = "sqlite:" + store_.string();
    options_.state = scratch_ / name;
  }

  /// As a user would: resumes what there is, or loads where there is nothing. Whether that ended.
  bool go_on() {
    Progress progress;
    SilentObserver observer;
    ResumeOptions again;
    again.state = options_.state;
    again.run = 1;
    auto result = resume(again, progress, observer);
    if (const auto* refused = std::get_if<Refused>(&result)) {
      if (refused->message.find("run 1 is finished") != std::string::npos) return true;
      result = load(options_, progress, observer);
    }
    const auto* report = std::get_if<Report>(&result);
    return report != nullptr && report->state == State::kFinished;
  }

  ScratchDirectory scratch_;
  ForgetfulDisk disk_;
  std::mt19937_64 random_;
  LoadOptions options_;
  std::filesystem::path store_;
};

TEST(LoadPowerCut, EndsAsIfThePowerHadStayed) {
  int cuts = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Machine machine(seed);
    const Left want = machine.undisturbed();
    EXPECT_GT(want.rejected, 0U);
    cuts += machine.live_through_cuts();
    ASSERT_EQ(machine.left(), want);
  }
  EXPECT_GT(cuts, 40);
}

}  // namespace
}  // namespace fhirehose
