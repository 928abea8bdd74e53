#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "sqlite/statement.hpp"

struct sqlite3;

namespace fhirehose::sqlite {

enum class Mode : std::uint8_t {
  kRead,    ///< no statement can change the file
  kWrite,   ///< the file must exist and be writable
  kCreate,  ///< as kWrite; made with mode 0600 where missing. SQLite gives -wal and -shm the same
};

/// Where a prepared statement goes.
struct Preparation {
  Statement& statement;
  std::string_view sql;
};

/// One connection to a SQLite file. One thread at a time; moves only. Errors name the file.
class Database {
 public:
  /// `patience`: how long a statement waits for another process to end its transaction.
  static core::Result<Database> open(const std::filesystem::path& file, Mode mode,
                                     std::chrono::milliseconds patience);

  core::Result<Statement> prepare(std::string_view sql);
  core::Status prepare_all(std::initializer_list<Preparation> preparations);
  /// Runs statements without parameters, rows ignored.
  core::Status execute(const std::string& sql);
  /// Has readers and a writer go on beside each other, for good. Not within a transaction.
  core::Status use_write_ahead_log();
  /// The first column of the first row; 0 where there is none.
  core::Result<std::int64_t> number(std::string_view sql);

  /// Rows inserted, changed and deleted through this connection.
  [[nodiscard]] std::int64_t total_changes() const;
  [[nodiscard]] std::int64_t last_insert_id() const;
  /// Statements must be gone. The last connection to a file in WAL mode removes its -wal and -shm.
  core::Status close();

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  Database(sqlite3* database, std::chrono::milliseconds patience)
      : database_(database), patience_(patience) {}
  std::unique_ptr<sqlite3, Close> database_;
  std::chrono::milliseconds patience_;
};

/// From BEGIN IMMEDIATE on; rolled back on destruction unless committed. The Database must stay
/// where it is meanwhile.
class Transaction {
 public:
  static core::Result<Transaction> begin(Database& database);
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  core::Status commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

}  // namespace fhirehose::sqlite
