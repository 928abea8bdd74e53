#include "sqlite/statement.hpp"

#include <utility>

#include <sqlite3.h>

#include "sqlite/failure.hpp"

namespace fhirehose::sqlite {

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

void Statement::bind(int parameter, std::int64_t value) {
  bind_failure_ |= sqlite3_bind_int64(statement_.get(), parameter, value);
}

void Statement::bind(int parameter, std::string_view text) {
  // An empty view may have no address, which SQLite would take for NULL.
  bind_failure_ |= sqlite3_bind_text64(statement_.get(), parameter, text.empty() ? "" : text.data(),
                                       text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void Statement::bind_blob(int parameter, std::string_view bytes) {
  bind_failure_ |= sqlite3_bind_blob64(
      statement_.get(), parameter, bytes.empty() ? "" : bytes.data(), bytes.size(), SQLITE_STATIC);
}

void Statement::bind_null(int parameter) {
  bind_failure_ |= sqlite3_bind_null(statement_.get(), parameter);
}

void Statement::bind_optional(int parameter, std::string_view text) {
  if (text.empty()) return bind_null(parameter);
  bind(parameter, text);
}

core::Result<Step> Statement::step() {
  if (std::exchange(bind_failure_, 0) != SQLITE_OK) {
    return tl::unexpected(failure(sqlite3_db_handle(statement_.get())));
  }
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return Step::kRow;
  if (code == SQLITE_DONE) return Step::kDone;
  return tl::unexpected(failure(sqlite3_db_handle(statement_.get())));
}

core::Status Statement::run() {
  return for_each_row(*this, [](const Statement&) {});
}

void Statement::reset() { sqlite3_reset(statement_.get()); }

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Statement::text(int column) const {
  // As a blob: SQLite hands out the bytes as they are, whatever their kind.
  const void* const bytes = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

}  // namespace fhirehose::sqlite
