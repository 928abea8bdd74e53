#include "sink/sqlite/resource_table.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "core/byte_size.hpp"
#include "core/instant.hpp"

namespace fhirehose::sink {
namespace {

// `FHse`: lets `file` and others tell what this database is.
constexpr const char* kLayout = R"(
  PRAGMA application_id = 0x46487365;
  PRAGMA user_version = 1;
  CREATE TABLE resource(
    type TEXT NOT NULL,
    id TEXT NOT NULL,
    version_id TEXT,
    last_updated TEXT,
    patient TEXT,
    json TEXT NOT NULL,
    UNIQUE(type, id));
)";

// The WHERE is what makes a second load write no page.
constexpr std::string_view kUpsert = R"(
  INSERT INTO resource(type, id, version_id, last_updated, patient, json) VALUES(?, ?, ?, ?, ?, ?)
  ON CONFLICT(type, id) DO UPDATE SET
    version_id = excluded.version_id,
    last_updated = excluded.last_updated,
    patient = excluded.patient,
    json = excluded.json
  WHERE excluded.json IS NOT resource.json OR excluded.version_id IS NOT resource.version_id
    OR excluded.last_updated IS NOT resource.last_updated
    OR excluded.patient IS NOT resource.patient
)";

constexpr std::string_view kDelete = "DELETE FROM resource WHERE type = ? AND id = ?";

/// A giant record's copy is not kept for the next one.
constexpr std::size_t kTextKept = 4 * core::kMiB;

enum class Content : std::uint8_t { kNothing, kResources };

tl::unexpected<core::Error> not_ours(const std::filesystem::path& file) {
  return core::fail(core::ErrorKind::kUsage,
                    fmt::format("{}: it is a database of another kind (no table resource as "
                                "fhirehose makes it); name another file",
                                file.string()));
}

core::Result<Content> recognise(sqlite::Database& database, const std::filesystem::path& file) {
  const auto objects = database.number("SELECT count(*) FROM sqlite_schema");
  if (!objects) return tl::unexpected(objects.error());
  if (*objects == 0) return Content::kNothing;
  const auto tables = database.number(
      "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'resource'");
  if (!tables) return tl::unexpected(tables.error());
  // That the upsert compiles proves the columns and the UNIQUE(type, id).
  if (*tables == 0 || !database.prepare(kUpsert)) return not_ours(file);
  return Content::kResources;
}

core::Status check_directory(const std::filesystem::path& file) {
  const std::filesystem::path directory = std::filesystem::absolute(file).parent_path();
  if (::access(directory.c_str(), W_OK | X_OK) == 0) return {};
  return core::fail(core::ErrorKind::kUsage,
                    fmt::format("{}: it can't be made in {} ({})", file.string(),
                                directory.string(), std::generic_category().message(errno)));
}

core::Status configure(sqlite::Database& database) {
  // Pages of 32 KiB: most resources in one page, 1.5 times as fast as 4 KiB. Only a file without
  // any content takes the page size, and only before it is in WAL mode. FULL costs one fsync a
  // commit: a delivery promises that its rows are there for good. A cache of 16 MiB beside the
  // byte budget: 64 would be 6 % faster in a file of a million rows.
  return database.execute("PRAGMA page_size = 32768")
      .and_then([&] { return database.use_write_ahead_log(); })
      .and_then([&] {
        return database.execute(
            "PRAGMA synchronous = FULL; PRAGMA cache_size = -16384;"
            "PRAGMA wal_autocheckpoint = 1000");
      });
}

// Looks again under the write lock: another load may have begun with the same new file.
core::Status lay_out(sqlite::Database& database, const std::filesystem::path& file) {
  core::Result<sqlite::Transaction> transaction = sqlite::Transaction::begin(database);
  if (!transaction) return tl::unexpected(transaction.error());
  const core::Result<Content> content = recognise(database, file);
  if (!content) return tl::unexpected(content.error());
  if (*content == Content::kResources) return {};
  return database.execute(kLayout).and_then([&] { return transaction->commit(); });
}

}  // namespace

core::Status ResourceTable::check(const std::filesystem::path& file,
                                  std::chrono::milliseconds patience) {
  if (std::error_code error; !std::filesystem::exists(file, error)) return check_directory(file);
  auto database = sqlite::Database::open(file, sqlite::Mode::kWrite, patience);
  if (!database) return tl::unexpected(database.error());
  if (auto content = recognise(*database, file); !content) return tl::unexpected(content.error());
  // Takes the write lock for a moment: who holds it, or a read-only file system, shows now.
  return sqlite::Transaction::begin(*database).map([](const sqlite::Transaction&) {});
}

core::Result<ResourceTable> ResourceTable::open(const std::filesystem::path& file,
                                                std::chrono::milliseconds patience) {
  auto database = sqlite::Database::open(file, sqlite::Mode::kCreate, patience);
  if (!database) return tl::unexpected(database.error());
  const core::Result<Content> content = recognise(*database, file);
  if (!content) return tl::unexpected(content.error());
  core::Status ready = configure(*database);
  if (ready && *content == Content::kNothing) ready = lay_out(*database, file);
  if (!ready) return tl::unexpected(ready.error());
  auto upsert = database->prepare(kUpsert);
  if (!upsert) return tl::unexpected(upsert.error());
  auto removal = database->prepare(kDelete);
  if (!removal) return tl::unexpected(removal.error());
  return ResourceTable(std::move(*database), std::move(*upsert), std::move(*removal));
}

core::Status ResourceTable::write(const lane::Entry& entry) {
  if (!in_transaction_) {
    if (core::Status begun = database_.execute("BEGIN IMMEDIATE"); !begun) return begun;
    in_transaction_ = true;
  }
  const record::RecordView& record = entry.record();
  return record.is_delete() ? remove(record) : upsert(entry, record);
}

core::Status ResourceTable::remove(const record::RecordView& record) {
  removal_.bind(1, core::name_of(record.type));
  removal_.bind(2, record.id);
  return removal_.run();
}

core::Status ResourceTable::upsert(const lane::Entry& entry, const record::RecordView& record) {
  std::string last_updated;
  if (record.last_updated != core::kNever) last_updated = core::format_instant(record.last_updated);
  std::string_view json = record.body;
  if (record.edits != 0) {
    text_.clear();
    record::for_each_span(*entry.batch, record, [this](std::string_view span) { text_ += span; });
    json = text_;
  }
  upsert_.bind(1, core::name_of(record.type));
  upsert_.bind(2, record.id);
  upsert_.bind_optional(3, record.version_id);
  upsert_.bind_optional(4, last_updated);
  upsert_.bind_optional(5, record.patient);
  upsert_.bind(6, json);
  core::Status written = upsert_.run();
  if (text_.capacity() > kTextKept) text_ = {};
  return written;
}

core::Status ResourceTable::commit() {
  if (!in_transaction_) return {};
  core::Status committed = database_.execute("COMMIT");
  if (committed) in_transaction_ = false;
  return committed;
}

void ResourceTable::roll_back() {
  if (!in_transaction_) return;
  // After some failures (disk full) SQLite has rolled back already; then this fails, rightly.
  std::ignore = database_.execute("ROLLBACK");
  in_transaction_ = false;
}

core::Status ResourceTable::close() {
  upsert_ = {};
  removal_ = {};
  // A reader in the way leaves rows in the -wal, where they are durable too: not a failure.
  std::ignore = database_.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  return database_.close();
}

}  // namespace fhirehose::sink
