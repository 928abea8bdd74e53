#include "sqlite/failure.hpp"

#include <system_error>

#include <fmt/format.h>
#include <sqlite3.h>

namespace fhirehose::sqlite {
namespace {

std::string system_reason(sqlite3* database) {
  const int number = sqlite3_system_errno(database);
  if (number == 0) return sqlite3_errmsg(database);
  return std::generic_category().message(number);
}

std::string reason(sqlite3* database) {
  switch (sqlite3_errcode(database)) {
    case SQLITE_FULL:
      return "the disk is full";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another process is writing to it";
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return "it may not be written";
    case SQLITE_NOTADB:
      return "it is not a SQLite database";
    case SQLITE_CORRUPT:
      return fmt::format("it is damaged ({}); move it away and run again",
                         sqlite3_errmsg(database));
    case SQLITE_CANTOPEN:
      return fmt::format("it can't be opened ({})", system_reason(database));
    case SQLITE_IOERR:
      return fmt::format("reading or writing it failed ({})", system_reason(database));
    default:
      return sqlite3_errmsg(database);
  }
}

core::ErrorKind kind(sqlite3* database) {
  const int code = sqlite3_errcode(database);
  const bool usage = code == SQLITE_NOTADB || code == SQLITE_CANTOPEN;
  return usage ? core::ErrorKind::kUsage : core::ErrorKind::kStop;
}

}  // namespace

core::Error failure(sqlite3* database) {
  const char* const file = sqlite3_db_filename(database, "main");
  return failure(database, file == nullptr ? "" : file);
}

core::Error failure(sqlite3* database, std::string_view file) {
  return {kind(database), fmt::format("{}: {}", file, reason(database))};
}

}  // namespace fhirehose::sqlite
