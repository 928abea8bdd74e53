#include "sqlite/database.hpp"

#include <cerrno>
#include <string>
#include <system_error>
#include <thread>
#include <tuple>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include "sqlite/failure.hpp"

namespace fhirehose::sqlite {
namespace {

/// An empty file is an empty database. Made here because SQLite would make it as the umask says.
core::Status create(const std::filesystem::path& file) {
  // O_EXCL: closing a second descriptor of a file drops the locks that this process has on it.
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0 && errno != EEXIST) {
    return core::fail(core::ErrorKind::kUsage,
                      fmt::format("{}: it can't be made ({})", file.string(),
                                  std::generic_category().message(errno)));
  }
  if (descriptor >= 0) ::close(descriptor);
  return {};
}

core::Status check_access(const std::filesystem::path& file, sqlite3* database, Mode mode) {
  if (mode == Mode::kRead || sqlite3_db_readonly(database, "main") == 0) return {};
  return core::fail(core::ErrorKind::kUsage,
                    fmt::format("{}: it may not be written", file.string()));
}

/// On a file system that is read-only SQLite can't make the -shm that it reads by; if all that was
/// ever written is in the file itself, it needs none. (Where only this user may not write, another
/// one may be at it.)
bool is_sealed(const std::filesystem::path& file) {
  std::error_code none;
  const std::uintmax_t log = std::filesystem::file_size(file.string() + "-wal", none);
  const bool read_only = ::access(file.parent_path().c_str(), W_OK) != 0 && errno == EROFS;
  return read_only && (none || log == 0);
}

/// https://sqlite.org/uri.html
std::string sealed_uri(const std::filesystem::path& file) {
  std::string uri = "file:";
  for (const char c : file.string()) {
    const bool special = c == '%' || c == '?' || c == '#';
    uri += special ? fmt::format("%{:02x}", c) : std::string(1, c);
  }
  return uri + "?immutable=1";
}

int open_file(const std::filesystem::path& file, Mode mode, sqlite3** database) {
  if (mode == Mode::kRead && is_sealed(file)) {
    constexpr int kFlags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
    return sqlite3_open_v2(sealed_uri(file).c_str(), database, kFlags, nullptr);
  }
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
  return sqlite3_open_v2(file.c_str(), database, kFlags, nullptr);
}

}  // namespace

void Database::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

core::Result<Database> Database::open(const std::filesystem::path& file, Mode mode,
                                      std::chrono::milliseconds patience) {
  // Absolute, so that no name means anything special to SQLite (`:memory:`, `file:`).
  std::filesystem::path path = std::filesystem::absolute(file);
  if (mode == Mode::kCreate) {
    if (core::Status made = create(path); !made) return tl::unexpected(made.error());
  }
  // What belongs to it lies where SQLite finds the file itself to be.
  std::error_code broken;
  if (auto real = std::filesystem::canonical(path, broken); !broken) path = std::move(real);
  sqlite3* raw = nullptr;
  const int code = open_file(path, mode, &raw);
  Database database(raw, patience);
  if (code != SQLITE_OK) return tl::unexpected(failure(raw, path.string()));
  sqlite3_busy_timeout(raw, static_cast<int>(patience.count()));
  if (core::Status writable = check_access(path, raw, mode); !writable) {
    return tl::unexpected(writable.error());
  }
  // Content must not get into temporary files. And for reading not SQLITE_OPEN_READONLY: such a
  // connection leaves the -wal and -shm behind that it needs.
  core::Status set = database.execute("PRAGMA temp_store = MEMORY");
  if (set && mode == Mode::kRead) set = database.execute("PRAGMA query_only = ON");
  if (!set) return tl::unexpected(set.error());
  return database;
}

core::Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return tl::unexpected(failure(database_.get()));
  return Statement(statement);
}

core::Status Database::prepare_all(std::initializer_list<Preparation> preparations) {
  for (const Preparation& preparation : preparations) {
    core::Result<Statement> statement = prepare(preparation.sql);
    if (!statement) return tl::unexpected(statement.error());
    preparation.statement = std::move(*statement);
  }
  return {};
}

core::Status Database::execute(const std::string& sql) {
  const int code = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return tl::unexpected(failure(database_.get()));
  return {};
}

// SQLite waits for nobody when it changes the journal's mode, and two may do so to a new file.
core::Status Database::use_write_ahead_log() {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds kPause{5};
  const Clock::time_point last = Clock::now() + patience_;
  while (true) {
    core::Status set = execute("PRAGMA journal_mode = WAL");
    const bool busy = !set && sqlite3_errcode(database_.get()) == SQLITE_BUSY;
    if (!busy || Clock::now() >= last) return set;
    std::this_thread::sleep_for(kPause);
  }
}

core::Result<std::int64_t> Database::number(std::string_view sql) {
  core::Result<Statement> statement = prepare(sql);
  if (!statement) return tl::unexpected(statement.error());
  const core::Result<Step> step = statement->step();
  if (!step) return tl::unexpected(step.error());
  return *step == Step::kRow ? statement->integer(0) : 0;
}

std::int64_t Database::total_changes() const { return sqlite3_total_changes64(database_.get()); }

std::int64_t Database::last_insert_id() const { return sqlite3_last_insert_rowid(database_.get()); }

core::Status Database::close() {
  if (sqlite3_close(database_.get()) != SQLITE_OK) return tl::unexpected(failure(database_.get()));
  std::ignore = database_.release();
  return {};
}

core::Result<Transaction> Transaction::begin(Database& database) {
  if (core::Status begun = database.execute("BEGIN IMMEDIATE"); !begun)
    return tl::unexpected(begun.error());
  return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
  // Some failures (disk full) have rolled back already; then this one fails, and that is right.
  if (database_ != nullptr) std::ignore = database_->execute("ROLLBACK");
}

core::Status Transaction::commit() {
  core::Status committed = database_->execute("COMMIT");
  if (committed) database_ = nullptr;
  return committed;
}

}  // namespace fhirehose::sqlite
