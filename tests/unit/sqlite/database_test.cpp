#include "sqlite/database.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/scratch_directory.hpp"

namespace fhirehose::sqlite {
namespace {

using testing::HasSubstr;
using tests::ScratchDirectory;

constexpr std::chrono::milliseconds kNoPatience{0};

Database open(const std::filesystem::path& file, Mode mode = Mode::kCreate) {
  auto database = Database::open(file, mode, kNoPatience);
  if (!database) throw std::runtime_error(database.error().message);
  return std::move(*database);
}

TEST(Database, MakesAFileForItsOwnerOnlyWithItsCompanions) {
  const ScratchDirectory scratch;
  Database database = open(scratch / "a.db");
  ASSERT_TRUE(database.execute("PRAGMA journal_mode = WAL; CREATE TABLE t(x)"));
  for (const char* name : {"a.db", "a.db-wal", "a.db-shm"})
    EXPECT_EQ(tests::mode_of(scratch / name), 0600U) << name;
  ASSERT_TRUE(database.close());
  EXPECT_FALSE(std::filesystem::exists(scratch / "a.db-wal"));
}

TEST(Database, DoesNotMakeAFileToReadOrWriteWhatIsThere) {
  const ScratchDirectory scratch;
  for (const Mode mode : {Mode::kRead, Mode::kWrite}) {
    const auto database = Database::open(scratch / "a.db", mode, kNoPatience);
    ASSERT_FALSE(database);
    EXPECT_EQ(database.error().kind, core::ErrorKind::kUsage);
    EXPECT_THAT(database.error().message, HasSubstr("a.db: it can't be opened"));
  }
  EXPECT_TRUE(std::filesystem::is_empty(scratch.path()));
}

TEST(Database, NamesWhyAFileCanNotBeMade) {
  const ScratchDirectory scratch;
  const auto database = Database::open(scratch / "no/a.db", Mode::kCreate, kNoPatience);
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().kind, core::ErrorKind::kUsage);
  EXPECT_THAT(database.error().message, HasSubstr("No such file or directory"));
}

TEST(Database, TakesNoNameForMoreThanAFile) {
  const ScratchDirectory scratch;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(scratch.path());
  EXPECT_TRUE(open(":memory:").execute("CREATE TABLE t(x)"));
  EXPECT_TRUE(open("file:x.db?mode=memory").execute("CREATE TABLE t(x)"));
  std::filesystem::current_path(before);
  EXPECT_GT(std::filesystem::file_size(scratch / ":memory:"), 0U);
  EXPECT_GT(std::filesystem::file_size(scratch / "file:x.db?mode=memory"), 0U);
}

TEST(Database, TellsThatAFileIsNoDatabase) {
  const ScratchDirectory scratch;
  std::ofstream(scratch / "a.db") << std::string(5'000, 'x');
  Database database = open(scratch / "a.db", Mode::kWrite);
  const auto tables = database.number("SELECT count(*) FROM sqlite_schema");
  ASSERT_FALSE(tables);
  EXPECT_EQ(tables.error().kind, core::ErrorKind::kUsage);
  EXPECT_THAT(tables.error().message, HasSubstr("a.db: it is not a SQLite database"));
}

TEST(Database, OpenedToReadChangesNothing) {
  const ScratchDirectory scratch;
  ASSERT_TRUE(open(scratch / "a.db").execute("CREATE TABLE t(x)"));
  Database reader = open(scratch / "a.db", Mode::kRead);
  const core::Status written = reader.execute("INSERT INTO t VALUES(1)");
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().message, HasSubstr("it may not be written"));
}

TEST(Database, TellsThatAnotherWrites) {
  const ScratchDirectory scratch;
  Database first = open(scratch / "a.db");
  Database second = open(scratch / "a.db");
  ASSERT_TRUE(first.execute("PRAGMA journal_mode = WAL; CREATE TABLE t(x)"));
  const auto transaction = Transaction::begin(first);
  const auto other = Transaction::begin(second);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().kind, core::ErrorKind::kStop);
  EXPECT_THAT(other.error().message, HasSubstr("a.db: another process is writing to it"));
}

TEST(Database, TellsThatTheDiskIsFull) {
  const ScratchDirectory scratch;
  Database database = open(scratch / "a.db");
  ASSERT_TRUE(database.execute("CREATE TABLE t(x); PRAGMA max_page_count = 3"));
  const core::Status written = database.execute("INSERT INTO t VALUES(zeroblob(100000))");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, core::ErrorKind::kStop);
  EXPECT_THAT(written.error().message, HasSubstr("a.db: the disk is full"));
}

TEST(Transaction, IsRolledBackUnlessCommitted) {
  const ScratchDirectory scratch;
  Database database = open(scratch / "a.db");
  ASSERT_TRUE(database.execute("CREATE TABLE t(x)"));
  {
    auto transaction = Transaction::begin(database);
    ASSERT_TRUE(transaction && database.execute("INSERT INTO t VALUES(1)"));
  }
  EXPECT_EQ(database.number("SELECT count(*) FROM t"), 0);
  {
    auto transaction = Transaction::begin(database);
    ASSERT_TRUE(transaction && database.execute("INSERT INTO t VALUES(1)"));
    ASSERT_TRUE(transaction->commit());
  }
  EXPECT_EQ(database.number("SELECT count(*) FROM t"), 1);
  EXPECT_EQ(database.total_changes(), 2);
}

}  // namespace
}  // namespace fhirehose::sqlite
