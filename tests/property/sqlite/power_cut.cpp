#include <set>

#include <gtest/gtest.h>

#include "sqlite/database.hpp"
#include "support/forgetful_disk.hpp"
#include "support/scratch_directory.hpp"

namespace fhirehose::sqlite {
namespace {

constexpr int kSeeds = 60;

/// A table of numbers that is filled in transactions of ten until the power goes.
class Numbers {
 public:
  explicit Numbers(std::uint64_t seed) : random_(seed) {}

  void fill(const std::string& pragmas) {
    disk_.cut_at(1 + random_() % 80);
    auto database = open();
    if (!database || !database->execute(pragmas)) return;
    std::ignore = database->execute("CREATE TABLE IF NOT EXISTS n(i INTEGER PRIMARY KEY, t)");
    while (!disk_.is_off()) insert_ten(*database);
  }

  void power_on() { disk_.power_on(random_); }

  /// What is there; nothing where the file is damaged.
  std::optional<std::set<std::int64_t>> found() {
    std::set<std::int64_t> numbers;
    auto database = open();
    auto check = database->prepare("PRAGMA integrity_check");
    if (!check || !check->step() || check->text(0) != "ok") return std::nullopt;
    auto rows = database->prepare("SELECT i FROM n");
    if (!rows) return numbers;
    const auto read = for_each_row(*rows, [&](Statement& row) { numbers.insert(row.integer(0)); });
    if (!read) return std::nullopt;
    return numbers;
  }

  [[nodiscard]] std::int64_t committed() const { return committed_; }

 private:
  core::Result<Database> open() {
    return Database::open(scratch_ / "n.db", Mode::kCreate, std::chrono::milliseconds(0));
  }

  void insert_ten(Database& database) {
    auto transaction = Transaction::begin(database);
    if (!transaction) return;
    for (std::int64_t i = committed_; i < committed_ + 10; ++i) {
      std::ignore =
          database.execute("INSERT INTO n VALUES(" + std::to_string(i) + ", hex(randomblob(300)))");
    }
    if (transaction->commit()) committed_ += 10;
  }

  tests::ScratchDirectory scratch_;
  tests::ForgetfulDisk disk_;
  std::mt19937_64 random_;
  std::int64_t committed_ = 0;
};

/// How many seeds end with a file that is damaged, or lacks a committed row, or has half a
/// transaction.
int broken(const std::string& pragmas) {
  int count = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Numbers numbers(seed);
    numbers.fill(pragmas);
    numbers.power_on();
    const auto found = numbers.found();
    const auto committed = static_cast<std::size_t>(numbers.committed());
    const bool sound = found && (found->size() == committed || found->size() == committed + 10);
    if (!sound) ++count;
  }
  return count;
}

TEST(PowerCut, ForgetsWhatWasNotSynced) {
  EXPECT_GT(broken("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL"), 0);
  EXPECT_GT(broken("PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF"), 0);
}

TEST(PowerCut, LeavesWhatAFullySynchronousDatabaseHasCommitted) {
  EXPECT_EQ(broken("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL"), 0);
  EXPECT_EQ(broken("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 3; "
                   "PRAGMA synchronous = FULL"),
            0);
}

}  // namespace
}  // namespace fhirehose::sqlite
