#include "sqlite/statement.hpp"

#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sqlite/database.hpp"
#include "support/scratch_directory.hpp"

namespace fhirehose::sqlite {
namespace {

class StatementTest : public testing::Test {
 protected:
  Statement prepare(std::string_view sql) {
    auto statement = database_->prepare(sql);
    if (!statement) throw std::runtime_error(statement.error().message);
    return std::move(*statement);
  }

  tests::ScratchDirectory scratch_;
  core::Result<Database> database_ =
      Database::open(scratch_ / "a.db", Mode::kCreate, std::chrono::milliseconds(0));
};

TEST_F(StatementTest, GivesBackWhatWasBound) {
  Statement statement = prepare("SELECT ?, ?, ?, ?, ?");
  const std::string bytes("\0\xFF\0", 3);
  statement.bind(1, std::numeric_limits<std::int64_t>::min());
  statement.bind(2, std::string_view("Zo\xC3\xAB"));
  statement.bind_blob(3, bytes);
  statement.bind_null(4);
  statement.bind(5, std::string_view());
  ASSERT_EQ(statement.step(), Step::kRow);
  EXPECT_EQ(statement.integer(0), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(statement.text(1), "Zo\xC3\xAB");
  EXPECT_EQ(statement.text(2), bytes);
  EXPECT_TRUE(statement.is_null(3));
  EXPECT_EQ(statement.text(3), "");
  EXPECT_FALSE(statement.is_null(4));
  EXPECT_EQ(statement.step(), Step::kDone);
}

TEST_F(StatementTest, BindsAnEmptyOptionalAsNull) {
  Statement statement = prepare("SELECT ?, ?");
  statement.bind_optional(1, "");
  statement.bind_optional(2, "x");
  ASSERT_EQ(statement.step(), Step::kRow);
  EXPECT_TRUE(statement.is_null(0));
  EXPECT_EQ(statement.text(1), "x");
}

TEST_F(StatementTest, RunsAgainAfterEachRun) {
  ASSERT_TRUE(database_->execute("CREATE TABLE t(x)"));
  Statement insert = prepare("INSERT INTO t VALUES(?)");
  for (std::int64_t i = 0; i < 3; ++i) {
    insert.bind(1, i);
    ASSERT_TRUE(insert.run());
  }
  std::vector<std::int64_t> seen;
  Statement select = prepare("SELECT x FROM t ORDER BY x");
  for (int round = 0; round < 2; ++round) {
    ASSERT_TRUE(
        for_each_row(select, [&](const Statement& row) { seen.push_back(row.integer(0)); }));
  }
  EXPECT_EQ(seen, (std::vector<std::int64_t>{0, 1, 2, 0, 1, 2}));
}

TEST_F(StatementTest, TellsAFailureToBindOnce) {
  Statement statement = prepare("SELECT 1");
  statement.bind(7, std::int64_t{1});
  EXPECT_FALSE(statement.step());
  EXPECT_EQ(statement.step(), Step::kRow);
}

TEST_F(StatementTest, WorksAgainAfterAFailure) {
  ASSERT_TRUE(database_->execute("CREATE TABLE t(x UNIQUE)"));
  Statement insert = prepare("INSERT INTO t VALUES(?)");
  insert.bind(1, std::int64_t{1});
  ASSERT_TRUE(insert.run());
  const core::Status again = insert.run();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, core::ErrorKind::kStop);
  insert.bind(1, std::int64_t{2});
  EXPECT_TRUE(insert.run());
}

TEST_F(StatementTest, ThatIsNoSqlIsAnError) {
  EXPECT_FALSE(database_->prepare("SELEKT 1"));
  EXPECT_FALSE(database_->number("SELECT x FROM missing"));
  EXPECT_EQ(database_->number("SELECT 1 WHERE 0"), 0);
}

}  // namespace
}  // namespace fhirehose::sqlite
