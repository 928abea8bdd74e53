#include "sink/sqlite/sqlite_reader.hpp"

#include <fstream>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sink/open_reader.hpp"
#include "sink/sqlite/sqlite_sink.hpp"
#include "support/scratch_directory.hpp"
#include "unit/sink/sqlite_rows.hpp"

namespace fhirehose::sink {
namespace {

using testing::HasSubstr;

class SqliteReaderTest : public testing::Test {
 protected:
  SqliteReaderTest() : file_(scratch_ / "x.db"), reader_({.file = file_}) {
    SqliteSink sink({.file = file_});
    if (!sink.open()) throw std::runtime_error("the sink does not open");
    sink.on_delivery([](const Delivery&) {});
    sink.submit(bundle_of(0, 10));
    if (!sink.close()) throw std::runtime_error("the sink does not close");
  }

  tests::ScratchDirectory scratch_;
  std::filesystem::path file_;
  SqliteReader reader_;
};

TEST_F(SqliteReaderTest, GivesEachRowToTheByteAndTellsWhatIsMissing) {
  ASSERT_TRUE(reader_.open());
  int readings = 0;
  reader_.on_reading([&readings](Reading& reading) {
    ++readings;
    ASSERT_EQ(reading.stored.size(), 12U);
    EXPECT_FALSE(reading.stopped);
    for (std::size_t place = 0; place < 10; ++place) {
      EXPECT_EQ(reading.stored[place].kind, Stored::Kind::kText);
      EXPECT_EQ(reading.stored[place].text, reading.bundle.entries[place].record().body);
    }
    EXPECT_EQ(reading.stored[10].kind, Stored::Kind::kMissing);
    EXPECT_EQ(reading.stored[11].kind, Stored::Kind::kMissing);
  });
  reader_.read(bundle_of(0, 12));
  EXPECT_EQ(readings, 1);
}

TEST_F(SqliteReaderTest, ReadsOnSeveralThreadsAtOnce) {
  ASSERT_TRUE(reader_.open());
  std::atomic<int> found = 0;
  reader_.on_reading([&found](Reading& reading) {
    for (const Stored& stored : reading.stored) found += stored.kind == Stored::Kind::kText ? 1 : 0;
  });
  const auto read = [this] {
    for (int i = 0; i < 50; ++i) reader_.read(bundle_of(0, 10));
  };
  std::thread other(read);
  read();
  other.join();
  EXPECT_EQ(found, 1'000);
}

TEST_F(SqliteReaderTest, CountsAType) {
  EXPECT_EQ(reader_.count(core::resource_type("Basic")), 10U);
  EXPECT_EQ(reader_.count(core::kPatient), 0U);
}

TEST_F(SqliteReaderTest, SaysWhyAFileCanNotBeRead) {
  SqliteReader none({.file = scratch_ / "none.db"});
  const auto missing = none.open();
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("none.db"));
  EXPECT_FALSE(std::filesystem::exists(scratch_ / "none.db"));

  std::ofstream(scratch_ / "other.db").close();
  SqliteReader other({.file = scratch_ / "other.db"});
  const auto strange = other.open();
  ASSERT_FALSE(strange);
  EXPECT_THAT(strange.error().message, HasSubstr("no table resource"));
}

TEST_F(SqliteReaderTest, StopsWhenRowsCanNotBeRead) {
  ASSERT_TRUE(reader_.open());
  auto database =
      sqlite::Database::open(file_, sqlite::Mode::kWrite, std::chrono::milliseconds(1'000)).value();
  ASSERT_TRUE(database.execute("ALTER TABLE resource RENAME TO gone"));
  std::optional<core::Error> stopped;
  reader_.on_reading([&stopped](Reading& reading) { stopped = reading.stopped; });
  reader_.read(bundle_of(0, 1));
  ASSERT_TRUE(stopped);
  EXPECT_EQ(stopped->kind, core::ErrorKind::kStop);
}

TEST(OpenReader, KnowsTheTargetsThatKeepSomething) {
  EXPECT_TRUE(make_reader("sqlite:x.db"));
  EXPECT_TRUE(make_reader("http://127.0.0.1:1/fhir"));
  for (const char* target : {"discard:", "sqlite:", "nothing"}) {
    const auto reader = make_reader(target);
    ASSERT_FALSE(reader) << target;
    EXPECT_EQ(reader.error().kind, core::ErrorKind::kUsage);
  }
  SinkOptions none;
  none.concurrency = 0;
  EXPECT_FALSE(make_reader("sqlite:x.db", none));
}

}  // namespace
}  // namespace fhirehose::sink
