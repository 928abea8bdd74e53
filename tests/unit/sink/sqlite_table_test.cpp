#include <array>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sink/sqlite/resource_table.hpp"
#include "support/scratch_directory.hpp"
#include "unit/sink/sqlite_rows.hpp"

namespace fhirehose::sink {
namespace {

using testing::HasSubstr;
constexpr std::chrono::milliseconds kNoPatience{0};

class ResourceTableTest : public testing::Test {
 protected:
  ResourceTable open() {
    auto table = ResourceTable::open(file_, kNoPatience);
    if (!table) throw std::runtime_error(table.error().message);
    return std::move(*table);
  }
  /// Writes the records in one transaction; the number of rows that changed.
  std::int64_t write(const record::BatchHandle& batch) {
    ResourceTable table = open();
    const std::int64_t before = table.changes();
    for (const lane::Entry& entry : bundle_of(batch).entries) EXPECT_TRUE(table.write(entry));
    EXPECT_TRUE(table.commit());
    const std::int64_t changed = table.changes() - before;
    EXPECT_TRUE(table.close());
    return changed;
  }
  void execute(const std::string& sql) {
    auto database = sqlite::Database::open(file_, sqlite::Mode::kCreate, kNoPatience);
    ASSERT_TRUE(database && database->execute(sql));
  }
  std::string bytes_of_file() {
    std::ifstream file(file_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  core::Error refused() {
    const core::Status checked = ResourceTable::check(file_, kNoPatience);
    return checked ? core::Error{core::ErrorKind::kRetry, "taken"} : checked.error();
  }

  tests::ScratchDirectory scratch_;
  std::filesystem::path file_ = scratch_ / "x.db";
};

TEST_F(ResourceTableTest, HoldsWhatARecordSays) {
  const auto batch = batch_of({R"({"resourceType":"Observation","x":3.000})"});
  record::RecordView& record = batch->records.front();
  record.type = core::resource_type("Observation");
  record.id = "o-1";
  record.version_id = "7";
  record.patient = "p-1";
  record.last_updated = *core::parse_instant("2024-05-05T07:05:05.5+02:00");
  EXPECT_EQ(write(batch), 1);
  EXPECT_EQ(text_in(file_,
                    "SELECT type || ' ' || id || ' ' || version_id || ' ' || last_updated "
                    "|| ' ' || patient FROM resource"),
            "Observation o-1 7 2024-05-05T05:05:05.500Z p-1");
  EXPECT_EQ(text_in(file_, "SELECT json FROM resource"), record.body);
  EXPECT_EQ(text_in(file_, "SELECT typeof(json) FROM resource"), "text");
}

TEST_F(ResourceTableTest, HoldsNullForWhatARecordLacks) {
  write(batch_of({"{}"}));
  for (const char* column : {"version_id", "last_updated", "patient"})
    EXPECT_EQ(text_in(file_, std::string("SELECT ") + column + " FROM resource"), "NULL");
}

TEST_F(ResourceTableTest, HoldsTheTextAfterItsEdits) {
  const auto batch = batch_of({R"({"a":1,"b":2})", R"({"c":3})"});
  batch->edits = {{1, 6, ""}, {12, 0, R"(,"d":4)"}};
  batch->records[0].edits = 2;
  write(batch);
  EXPECT_EQ(text_in(file_, "SELECT json FROM resource WHERE id = '0'"), R"({"b":2,"d":4})");
  EXPECT_EQ(text_in(file_, "SELECT json FROM resource WHERE id = '1'"), R"({"c":3})");
}

TEST_F(ResourceTableTest, WrittenAgainChangesNoRowAndNoByte) {
  const auto batch = batch_of({R"({"a":1})", R"({"b":1})"});
  batch->records[0].patient = "p";
  EXPECT_EQ(write(batch), 2);
  const std::string before = bytes_of_file();
  EXPECT_EQ(write(batch), 0);
  EXPECT_EQ(bytes_of_file(), before);
}

TEST_F(ResourceTableTest, ChangesTheRowWhoseContentIsNew) {
  write(batch_of({R"({"a":1})", R"({"b":1})"}));
  EXPECT_EQ(write(batch_of({R"({"a":2})", R"({"b":1})"})), 1);
  EXPECT_EQ(text_in(file_, "SELECT json FROM resource WHERE id = '0'"), R"({"a":2})");
  EXPECT_EQ(number_in(file_, "SELECT count(*) FROM resource"), 2);
}

TEST_F(ResourceTableTest, ChangesTheRowWhoseColumnsAreNew) {
  const auto batch = batch_of({"{}"});
  write(batch);
  record::RecordView& record = batch->records.front();
  record.patient = "p";
  EXPECT_EQ(write(batch), 1);
  record.version_id = "2";
  EXPECT_EQ(write(batch), 1);
  record.last_updated = 0;
  EXPECT_EQ(write(batch), 1);
  record.patient = {};
  EXPECT_EQ(write(batch), 1);
  EXPECT_EQ(text_in(file_, "SELECT patient FROM resource"), "NULL");
}

TEST_F(ResourceTableTest, KeepsTypesApartThatShareAnId) {
  const auto batch = batch_of({R"({"a":1})", R"({"b":1})"});
  batch->records[1].type = core::kPatient;
  batch->records[1].id = batch->records[0].id;
  EXPECT_EQ(write(batch), 2);
}

TEST_F(ResourceTableTest, ForgetsWhatIsRolledBack) {
  ResourceTable table = open();
  const lane::Bundle bundle = bundle_of(0, 3);
  ASSERT_TRUE(table.write(bundle.entries[0]));
  ASSERT_TRUE(table.commit());
  ASSERT_TRUE(table.write(bundle.entries[1]));
  table.roll_back();
  ASSERT_TRUE(table.write(bundle.entries[2]));
  ASSERT_TRUE(table.commit());
  ASSERT_TRUE(table.close());
  EXPECT_EQ(number_in(file_, "SELECT sum(id) FROM resource"), 2);
}

TEST_F(ResourceTableTest, IsForItsOwnerOnlyAndLeavesNoWal) {
  write(batch_of({"{}"}));
  EXPECT_EQ(tests::mode_of(file_), 0600U);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(scratch_.path()), {}), 1);
}

TEST_F(ResourceTableTest, IsMadeByOneOfSeveralThatBeginTogether) {
  constexpr std::chrono::seconds kPatience{30};
  for (int round = 0; round < 20; ++round) {
    file_ = scratch_ / (std::to_string(round) + ".db");
    std::array<std::string, 4> failures;
    std::vector<std::jthread> loads;
    for (std::string& failure : failures) {
      loads.emplace_back([this, &failure, kPatience] {
        const auto table = ResourceTable::open(file_, kPatience);
        if (!table) failure = table.error().message;
      });
    }
    loads.clear();
    for (const std::string& failure : failures) EXPECT_EQ(failure, "") << "round " << round;
  }
}

TEST_F(ResourceTableTest, CanBeReadWhileItIsWritten) {
  ResourceTable table = open();
  const lane::Bundle bundle = bundle_of(0, 2);
  ASSERT_TRUE(table.write(bundle.entries[0]));
  ASSERT_TRUE(table.commit());
  ASSERT_TRUE(table.write(bundle.entries[1]));
  EXPECT_EQ(number_in(file_, "SELECT count(*) FROM resource"), 1);
}

TEST_F(ResourceTableTest, MayHaveTablesViewsAndIndexesBesides) {
  write(batch_of({"{}"}));
  execute("CREATE INDEX by_patient ON resource(patient); CREATE TABLE notes(x)");
  EXPECT_TRUE(ResourceTable::check(file_, kNoPatience));
  EXPECT_EQ(write(batch_of({"{}"})), 0);
}

TEST_F(ResourceTableTest, CheckMakesNothing) {
  EXPECT_TRUE(ResourceTable::check(file_, kNoPatience));
  EXPECT_TRUE(std::filesystem::is_empty(scratch_.path()));
  std::ofstream(file_).close();
  EXPECT_TRUE(ResourceTable::check(file_, kNoPatience));
  EXPECT_EQ(bytes_of_file(), "");
}

TEST_F(ResourceTableTest, RefusesAnotherKindOfDatabaseAndLeavesItAlone) {
  for (const char* sql : {"CREATE TABLE t(x)", "CREATE TABLE resource(type, id, json)",
                          "ALTER TABLE resource ADD version_id; ALTER TABLE resource ADD "
                          "last_updated; ALTER TABLE resource ADD patient"}) {
    execute(sql);
    const std::string before = bytes_of_file();
    EXPECT_EQ(refused().kind, core::ErrorKind::kUsage);
    EXPECT_THAT(refused().message, HasSubstr("x.db: it is a database of another kind"));
    EXPECT_FALSE(ResourceTable::open(file_, kNoPatience));
    EXPECT_EQ(bytes_of_file(), before);
  }
}

TEST_F(ResourceTableTest, RefusesAFileThatIsNoDatabaseAndLeavesItAlone) {
  const std::string text(5'000, 'x');
  std::ofstream(file_) << text;
  EXPECT_EQ(refused().kind, core::ErrorKind::kUsage);
  EXPECT_THAT(refused().message, HasSubstr("x.db: it is not a SQLite database"));
  EXPECT_EQ(bytes_of_file(), text);
}

TEST_F(ResourceTableTest, RefusesADirectoryThatIsNotThere) {
  file_ = scratch_ / "missing/x.db";
  EXPECT_EQ(refused().kind, core::ErrorKind::kUsage);
  EXPECT_THAT(refused().message, HasSubstr("missing (No such file or directory)"));
}

TEST_F(ResourceTableTest, RefusesADirectoryAsFile) {
  file_ = scratch_.path();
  EXPECT_EQ(refused().kind, core::ErrorKind::kUsage);
}

TEST_F(ResourceTableTest, TellsThatAnotherProcessIsWriting) {
  write(batch_of({"{}"}));
  auto other = sqlite::Database::open(file_, sqlite::Mode::kWrite, kNoPatience);
  const auto transaction = sqlite::Transaction::begin(*other);
  EXPECT_EQ(refused().kind, core::ErrorKind::kStop);
  EXPECT_THAT(refused().message, HasSubstr("another process is writing to it"));
}

}  // namespace
}  // namespace fhirehose::sink
