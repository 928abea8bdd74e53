#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "core/result.hpp"
#include "lane/bundle.hpp"
#include "sqlite/database.hpp"

namespace fhirehose::sink {

/// The table `resource` of one SQLite file: a row a resource, written in transactions. One thread
/// at a time.
class ResourceTable {
 public:
  /// Whether `file` can be written as such a table: it is one, is empty, or isn't there while its
  /// directory is. kUsage or kStop says why not. Changes nothing.
  static core::Status check(const std::filesystem::path& file, std::chrono::milliseconds patience);

  /// Makes file (mode 0600) and table where missing.
  static core::Result<ResourceTable> open(const std::filesystem::path& file,
                                          std::chrono::milliseconds patience);

  /// Inserts the record's text after its edits, or changes the row of the same type and id; a row
  /// that says the same already is not touched. A DELETE takes the row away, if there is one.
  /// Begins a transaction where none is open.
  core::Status write(const lane::Entry& entry);
  /// Makes what was written durable: it survives a power cut.
  core::Status commit();
  /// Forgets what was written since the last commit.
  void roll_back();

  /// Rows inserted or changed so far.
  [[nodiscard]] std::int64_t changes() const { return database_.total_changes(); }
  /// Brings everything into the file itself and closes it.
  core::Status close();

 private:
  ResourceTable(sqlite::Database database, sqlite::Statement upsert, sqlite::Statement removal)
      : database_(std::move(database)), upsert_(std::move(upsert)), removal_(std::move(removal)) {}

  core::Status upsert(const lane::Entry& entry, const record::RecordView& record);
  core::Status remove(const record::RecordView& record);

  sqlite::Database database_;
  sqlite::Statement upsert_;
  sqlite::Statement removal_;
  bool in_transaction_ = false;
  std::string text_;  ///< the one buffer for texts that edits have put in pieces
};

}  // namespace fhirehose::sink
