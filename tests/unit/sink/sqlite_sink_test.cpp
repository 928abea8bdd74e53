#include "sink/sqlite/sqlite_sink.hpp"

#include <csignal>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "support/scratch_directory.hpp"
#include "unit/sink/sqlite_rows.hpp"

namespace fhirehose::sink {
namespace {

using testing::HasSubstr;

class SqliteSinkTest : public testing::Test {
 protected:
  SqliteSinkTest() {
    options_.file = scratch_ / "x.db";
    options_.patience = std::chrono::milliseconds(0);
  }
  std::unique_ptr<SqliteSink> opened() {
    auto sink = std::make_unique<SqliteSink>(options_);
    const core::Result<Traits> traits = sink->open();
    if (!traits) throw std::runtime_error(traits.error().message);
    sink->on_delivery(deliveries_.callback());
    return sink;
  }
  std::int64_t rows() { return number_in(options_.file, "SELECT count(*) FROM resource"); }

  tests::ScratchDirectory scratch_;
  SqliteOptions options_;
  Deliveries deliveries_;
};

TEST_F(SqliteSinkTest, DeliversEveryBundleOnceAndStoresItsRows) {
  const auto sink = opened();
  for (int i = 0; i < 30; ++i) sink->submit(bundle_of(i * 10, 10));
  ASSERT_TRUE(sink->close());
  EXPECT_EQ(deliveries_.all().size(), 30U);
  EXPECT_EQ(deliveries_.stopped(), 0U);
  EXPECT_EQ(rows(), 300);
}

TEST_F(SqliteSinkTest, HasCommittedABundleWhenItDeliversIt) {
  const auto sink = opened();
  std::vector<std::int64_t> missing;
  sink->on_delivery([&](const Delivery& delivery) {
    const std::string first(delivery.bundle.entries.front().record().id);
    missing.push_back(
        1 - number_in(options_.file, "SELECT count(*) FROM resource WHERE id = '" + first + "'"));
  });
  for (int i = 0; i < 20; ++i) sink->submit(bundle_of(i, 1));
  ASSERT_TRUE(sink->close());
  EXPECT_EQ(missing, std::vector<std::int64_t>(20, 0));
}

TEST_F(SqliteSinkTest, TakesBundlesFromManyThreads) {
  const auto sink = opened();
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&sink, thread] {
      for (int i = 0; i < 25; ++i) sink->submit(bundle_of(thread * 1'000 + i * 10, 10));
    });
  }
  threads.clear();
  ASSERT_TRUE(sink->close());
  EXPECT_EQ(deliveries_.all().size(), 100U);
  EXPECT_EQ(rows(), 1'000);
}

TEST_F(SqliteSinkTest, CommitsWhenRowsOrBytesAreEnough) {
  options_.commit_rows = 20;
  {
    const auto sink = opened();
    for (int i = 0; i < 10; ++i) sink->submit(bundle_of(i * 10, 10));
    ASSERT_TRUE(sink->close());
    EXPECT_GE(sink->counters().requests, 5U);
  }
  options_.commit_rows = 1'000;
  options_.commit_bytes = 2'000;
  const auto sink = opened();
  for (int i = 0; i < 10; ++i) sink->submit(bundle_of(i * 10, 10, 200));
  ASSERT_TRUE(sink->close());
  EXPECT_EQ(sink->counters().requests, 10U);
}

TEST_F(SqliteSinkTest, CountsTheBytesOfTheJson) {
  const auto sink = opened();
  const auto batch = batch_of({R"({"a":1})", R"({"b":1})"});
  batch->edits = {{6, 0, "23"}};
  batch->records[0].edits = 1;
  sink->submit(bundle_of(batch));
  ASSERT_TRUE(sink->close());
  EXPECT_EQ(sink->counters().bytes_sent, 16U);
}

TEST_F(SqliteSinkTest, MakesNothingBeforeTheFirstBundle) {
  { const auto sink = opened(); }
  EXPECT_TRUE(std::filesystem::is_empty(scratch_.path()));
}

TEST_F(SqliteSinkTest, LeavesAnEmptyTableWhenNothingWasSubmitted) {
  const auto sink = opened();
  ASSERT_TRUE(sink->close());
  EXPECT_EQ(rows(), 0);
}

TEST_F(SqliteSinkTest, WritesWhatWasSubmittedEvenWithoutClose) {
  { opened()->submit(bundle_of(0, 5)); }
  EXPECT_EQ(rows(), 5);
  EXPECT_EQ(deliveries_.all().size(), 1U);
}

TEST_F(SqliteSinkTest, RefusesARecordThatNoRowCanHold) {
  options_.row_bytes = 50;
  const auto sink = opened();
  sink->submit(bundle_of(batch_of({"{}", "{\"x\":\"" + std::string(50, 'x') + "\"}", "{}"})));
  ASSERT_TRUE(sink->close());
  const Delivery& delivery = deliveries_.all().front();
  ASSERT_EQ(delivery.refusals.size(), 1U);
  EXPECT_EQ(delivery.refusals[0].entry, 1U);
  EXPECT_EQ(delivery.refusals[0].reason, "a SQLite row can't hold its 58 bytes");
  EXPECT_EQ(rows(), 2);
}

TEST_F(SqliteSinkTest, StopsWhileAnotherProcessHoldsTheFile) {
  const auto sink = opened();
  sink->submit(bundle_of(0, 1));
  ASSERT_TRUE(sink->close());

  const auto second = opened();
  auto other = sqlite::Database::open(options_.file, sqlite::Mode::kWrite, options_.patience);
  const auto transaction = sqlite::Transaction::begin(*other);
  second->submit(bundle_of(10, 1));
  second->submit(bundle_of(20, 1));
  EXPECT_FALSE(second->close());
  ASSERT_EQ(deliveries_.all().size(), 3U);
  EXPECT_EQ(deliveries_.stopped(), 2U);
  const core::Error& error = *deliveries_.all().back().stopped;
  EXPECT_EQ(error.kind, core::ErrorKind::kStop);
  EXPECT_THAT(error.message, HasSubstr("x.db: another process is writing to it"));
}

TEST_F(SqliteSinkTest, StopsWhenSomethingElseHasTakenItsPlace) {
  const auto sink = opened();
  std::ofstream(options_.file) << std::string(5'000, 'x');
  sink->submit(bundle_of(0, 1));
  EXPECT_FALSE(sink->close());
  ASSERT_EQ(deliveries_.stopped(), 1U);
  EXPECT_EQ(deliveries_.all().front().stopped->kind, core::ErrorKind::kStop);
}

/// Files of this process may not grow beyond a size, which SQLite sees as it sees a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(SqliteSinkTest, CountsNothingAsLoadedThatAFullDiskDidNotTake) {
  options_.commit_rows = 10;
  {
    const FileSizeLimit limit(2 * core::kMiB);
    const auto sink = opened();
    for (int i = 0; i < 40; ++i) sink->submit(bundle_of(i * 10, 10, 10'000));
    EXPECT_FALSE(sink->close());
  }
  ASSERT_EQ(deliveries_.all().size(), 40U);
  EXPECT_GT(deliveries_.stopped(), 0U);
  EXPECT_LT(deliveries_.stopped(), 40U);
  EXPECT_EQ(rows(), 10 * static_cast<std::int64_t>(40 - deliveries_.stopped()));
}

TEST_F(SqliteSinkTest, OpenSaysWhatTheTargetIsLike) {
  options_.in_flight = 3;
  options_.bundle_entries = 77;
  SqliteSink sink(options_);
  const core::Result<Traits> traits = sink.open();
  ASSERT_TRUE(traits);
  EXPECT_EQ(traits->name, "SQLite");
  EXPECT_FALSE(traits->checks_references);
  EXPECT_FALSE(traits->needs_patients_apart);
  EXPECT_EQ(sink.tempo().pace, (lane::Pace{3, 77}));
}

}  // namespace
}  // namespace fhirehose::sink
