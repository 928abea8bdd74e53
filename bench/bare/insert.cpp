// The limit that a load to `sqlite:` is held against: one prepared statement in a loop over the
// same rows, which are all in memory before it begins. Table, page size, cache, durability (WAL,
// synchronous FULL), rows and bytes of a commit are those of src/sink/sqlite. usage: bare_insert
// LOADED NEW     LOADED: a database that fhirehose made; NEW: where to write one like it prints
// {"rows":N,"seconds":S} of making NEW

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <sqlite3.h>

namespace {

constexpr int kColumns = 6;
constexpr std::size_t kCommitRows = 10'000;
constexpr std::size_t kCommitBytes = 32 << 20;

using Row = std::array<std::optional<std::string>, kColumns>;

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "bare_insert: %s\n", what);
  std::exit(1);
}

void check(int code, int expected = SQLITE_OK) {
  if (code != expected) fail(sqlite3_errstr(code));
}

void execute(sqlite3* database, const char* sql) {
  check(sqlite3_exec(database, sql, nullptr, nullptr, nullptr));
}

sqlite3_stmt* prepare(sqlite3* database, const char* sql) {
  sqlite3_stmt* statement = nullptr;
  check(sqlite3_prepare_v2(database, sql, -1, &statement, nullptr));
  return statement;
}

std::optional<std::string> column(sqlite3_stmt* statement, int number) {
  const auto* const text = reinterpret_cast<const char*>(sqlite3_column_text(statement, number));
  if (text == nullptr) return std::nullopt;
  return std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, number)));
}

/// What the loader wrote, in the order in which it did.
struct Loaded {
  std::string layout;
  std::vector<Row> rows;
};

Loaded read(const char* path) {
  sqlite3* database = nullptr;
  check(sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, nullptr));
  Loaded loaded;
  sqlite3_stmt* statement =
      prepare(database, "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = 'resource'");
  check(sqlite3_step(statement), SQLITE_ROW);
  loaded.layout = column(statement, 0).value();
  sqlite3_finalize(statement);
  statement = prepare(database,
                      "SELECT type, id, version_id, last_updated, patient, json FROM resource "
                      "ORDER BY rowid");
  while (sqlite3_step(statement) == SQLITE_ROW) {
    Row& row = loaded.rows.emplace_back();
    for (int i = 0; i < kColumns; ++i) row[static_cast<std::size_t>(i)] = column(statement, i);
  }
  sqlite3_finalize(statement);
  sqlite3_close(database);
  return loaded;
}

void insert(sqlite3_stmt* statement, const Row& row) {
  int parameter = 0;
  for (const auto& value : row) {
    ++parameter;
    if (!value) {
      check(sqlite3_bind_null(statement, parameter));
    } else {
      check(sqlite3_bind_text64(statement, parameter, value->data(), value->size(), SQLITE_STATIC,
                                SQLITE_UTF8));
    }
  }
  check(sqlite3_step(statement), SQLITE_DONE);
  sqlite3_reset(statement);
}

void insert_all(sqlite3* database, const std::vector<Row>& rows) {
  sqlite3_stmt* const statement = prepare(database,
                                          "INSERT INTO resource(type, id, version_id, "
                                          "last_updated, patient, json) VALUES(?, ?, ?, ?, ?, ?)");
  std::size_t pending_rows = 0;
  std::size_t pending_bytes = 0;
  execute(database, "BEGIN IMMEDIATE");
  for (const Row& row : rows) {
    insert(statement, row);
    pending_bytes += row.back()->size();
    if (++pending_rows < kCommitRows && pending_bytes < kCommitBytes) continue;
    execute(database, "COMMIT; BEGIN IMMEDIATE");
    pending_rows = pending_bytes = 0;
  }
  execute(database, "COMMIT");
  sqlite3_finalize(statement);
}

void write(const char* path, const Loaded& loaded) {
  sqlite3* database = nullptr;
  check(sqlite3_open(path, &database));
  execute(database,
          "PRAGMA page_size = 32768; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
          "PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 1000");
  execute(database, loaded.layout.c_str());
  insert_all(database, loaded.rows);
  execute(database, "PRAGMA wal_checkpoint(TRUNCATE)");
  check(sqlite3_close(database));
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) fail("usage: bare_insert LOADED NEW");
  const Loaded loaded = read(words[1]);
  const auto begun = std::chrono::steady_clock::now();
  write(words[2], loaded);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begun;
  fmt::print("{{\"rows\":{},\"seconds\":{:.4f}}}\n", loaded.rows.size(), seconds.count());
}
