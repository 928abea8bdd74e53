#include <random>
#include <set>

#include <gtest/gtest.h>

#include "sink/sqlite/sqlite_sink.hpp"
#include "support/forgetful_disk.hpp"
#include "support/scratch_directory.hpp"
#include "unit/sink/sqlite_rows.hpp"

namespace fhirehose::sink {
namespace {

/// A load of bundles of ten that the power cut meets somewhere.
class Loading {
 public:
  explicit Loading(std::uint64_t seed) : random_(seed) { options_.file = scratch_ / "x.db"; }

  void live() {
    disk_.cut_at(1 + random_() % 300);
    options_.commit_rows = static_cast<std::uint32_t>(1 + random_() % 100);
    SqliteSink sink(options_);
    if (!sink.open()) return;
    sink.on_delivery([this](const Delivery& delivery) {
      if (delivery.stopped) return;
      for (const lane::Entry& entry : delivery.bundle.entries) {
        delivered_.emplace(entry.record().id);
      }
    });
    for (int i = 0; i < 100; ++i) sink.submit(bundle_of(1'000 * lives_ + 10 * i, 10));
    std::ignore = sink.close();
    disk_.cut();
    ++lives_;
  }

  void power_on() { disk_.power_on(random_); }

  void check() {
    if (delivered_.empty() && !std::filesystem::exists(options_.file)) return;
    ASSERT_EQ(text_in(options_.file, "PRAGMA integrity_check"), "ok");
    if (delivered_.empty()) return;
    auto database = sqlite::Database::open(options_.file, sqlite::Mode::kRead, {}).value();
    std::set<std::string> ids;
    auto rows = database.prepare("SELECT id, json FROM resource").value();
    ASSERT_TRUE(sqlite::for_each_row(rows, [&](sqlite::Statement& row) {
      ids.emplace(row.text(0));
      EXPECT_TRUE(row.text(1).starts_with("{\"text\":\"" + std::string(row.text(0)) + "x"));
    }));
    for (const std::string& id : delivered_) ASSERT_TRUE(ids.contains(id)) << id << " is lost";
  }

  [[nodiscard]] std::size_t delivered() const { return delivered_.size(); }

 private:
  tests::ScratchDirectory scratch_;
  tests::ForgetfulDisk disk_;
  std::mt19937_64 random_;
  SqliteOptions options_;
  int lives_ = 0;
  std::set<std::string> delivered_;  ///< by the writer's thread, which has ended when it is read
};

TEST(SqliteSinkPowerCut, LeavesWhatWasDelivered) {
  std::size_t delivered = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Loading loading(seed);
    for (int lives = 0; lives < 3 && !testing::Test::HasFailure(); ++lives) {
      loading.live();
      loading.power_on();
      loading.check();
    }
    delivered += loading.delivered();
  }
  EXPECT_GT(delivered, 500U);
}

}  // namespace
}  // namespace fhirehose::sink
