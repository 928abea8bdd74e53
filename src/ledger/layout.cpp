#include "ledger/layout.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace fhirehose::ledger {
namespace {

// `FHlg` in the file's application_id.
constexpr std::int64_t kApplication = 0x46486c67;

// What leads from each format to the next one; the first from an empty file to format 1.
constexpr std::array<std::string_view, kFormat> kSteps = {R"(
  CREATE TABLE run(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    command TEXT NOT NULL,
    target TEXT NOT NULL,
    options TEXT NOT NULL,    -- JSON object
    replay_of_run_id INTEGER REFERENCES run(id),
    state TEXT NOT NULL,
    started INTEGER NOT NULL, -- microseconds since 1970, UTC
    ended INTEGER,
    read INTEGER NOT NULL DEFAULT 0,
    loaded INTEGER NOT NULL DEFAULT 0,
    duplicate INTEGER NOT NULL DEFAULT 0,
    rejected INTEGER NOT NULL DEFAULT 0,
    report TEXT NOT NULL DEFAULT '');
  CREATE TABLE source(
    run INTEGER NOT NULL REFERENCES run(id),
    place INTEGER NOT NULL,   -- on the command line
    path TEXT NOT NULL,
    PRIMARY KEY(run, place)) WITHOUT ROWID;
  CREATE TABLE member(
    id INTEGER PRIMARY KEY,   -- ascends in the order of the input
    run INTEGER NOT NULL REFERENCES run(id),
    name TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    stored_bytes INTEGER NOT NULL,
    fingerprint INTEGER NOT NULL,
    records INTEGER NOT NULL,
    problem TEXT NOT NULL);
  CREATE INDEX member_of_run ON member(run);
  CREATE TABLE dead_letter(
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run(id),
    member TEXT NOT NULL,
    line INTEGER NOT NULL,
    begin_byte INTEGER NOT NULL,
    end_byte INTEGER NOT NULL,
    stage TEXT NOT NULL,
    type TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    outcome TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    bytes BLOB NOT NULL);
  CREATE INDEX dead_letter_of_run ON dead_letter(run, member, line, begin_byte, id);
)",
                                                          R"(
  ALTER TABLE run ADD COLUMN directory TEXT NOT NULL DEFAULT '';
  ALTER TABLE run ADD COLUMN plan INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE run ADD COLUMN replay_stage TEXT NOT NULL DEFAULT '';
  ALTER TABLE dead_letter ADD COLUMN sent BLOB NOT NULL DEFAULT x'';
  ALTER TABLE dead_letter ADD COLUMN replay_of_letter_id INTEGER REFERENCES dead_letter(id);
  ALTER TABLE dead_letter ADD COLUMN resolved_by_run_id INTEGER REFERENCES run(id);
  CREATE TABLE settled(
    run INTEGER NOT NULL REFERENCES run(id),
    phase INTEGER NOT NULL,
    member INTEGER NOT NULL,      -- place in the input, from 0
    first_chunk INTEGER NOT NULL,
    last_chunk INTEGER NOT NULL,
    PRIMARY KEY(run, phase, member, first_chunk)) WITHOUT ROWID;
  CREATE TABLE partly_settled(
    run INTEGER NOT NULL REFERENCES run(id),
    phase INTEGER NOT NULL,
    member INTEGER NOT NULL,
    sequence INTEGER NOT NULL,    -- of the chunk
    rows BLOB NOT NULL,           -- a bit a record
    PRIMARY KEY(run, phase, member, sequence)) WITHOUT ROWID;
  CREATE TABLE outcome(
    run INTEGER NOT NULL REFERENCES run(id),
    type TEXT NOT NULL,           -- empty: could not be read
    loaded INTEGER NOT NULL,
    duplicate INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    PRIMARY KEY(run, type)) WITHOUT ROWID;
)",
                                                          R"(
  -- Units that are partly settled have other rows now: rejected records are among them.
  UPDATE run SET plan = 0;
  -- Whether the bytes are a Bundle's entry; of older letters that is to be guessed.
  ALTER TABLE dead_letter ADD COLUMN is_entry INTEGER NOT NULL DEFAULT 1;
)"};

core::Status unusable(const std::filesystem::path& file, std::string_view why) {
  return core::fail(core::ErrorKind::kUsage, fmt::format("{}: {}", file.string(), why));
}

struct Identity {
  std::int64_t application = 0;
  std::int64_t format = 0;
  std::int64_t tables = 0;
};

core::Result<Identity> identify(sqlite::Database& database) {
  const auto application = database.number("PRAGMA application_id");
  if (!application) return tl::unexpected(application.error());
  const auto format = database.number("PRAGMA user_version");
  if (!format) return tl::unexpected(format.error());
  const auto tables = database.number("SELECT count(*) FROM sqlite_schema");
  if (!tables) return tl::unexpected(tables.error());
  return Identity{*application, *format, *tables};
}

core::Status check(const Identity& identity, const std::filesystem::path& file) {
  if (identity.application != kApplication) {
    return unusable(file,
                    "it is not a ledger of fhirehose; name another state directory with --state");
  }
  if (identity.format > kFormat) {
    return unusable(file, fmt::format("its format {} is newer than this program, which knows {}; "
                                      "use the program that wrote it, or another --state",
                                      identity.format, kFormat));
  }
  return {};
}

/// From `format` on, or nothing of it.
core::Status upgrade(sqlite::Database& database, std::int64_t format) {
  core::Result<sqlite::Transaction> transaction = sqlite::Transaction::begin(database);
  if (!transaction) return tl::unexpected(transaction.error());
  for (auto step = static_cast<std::size_t>(format); step < kSteps.size(); ++step) {
    if (core::Status done = database.execute(std::string(kSteps[step])); !done) return done;
  }
  return database
      .execute(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", kApplication,
                           kFormat))
      .and_then([&] { return transaction->commit(); });
}

core::Status lay_out(sqlite::Database& database) {
  // WAL can't be set within a transaction; on an empty file it is harmless without the tables.
  return database.use_write_ahead_log().and_then([&] { return upgrade(database, 0); });
}

/// What a wrong answer would come from, as far as that takes no time: dead letters may be
/// gigabytes, and the members of many runs hundreds of megabytes. What is not checked here tells
/// when it is read.
core::Status check_soundness(sqlite::Database& database, const std::filesystem::path& file) {
  constexpr std::int64_t kLargeFile = 64 << 20;
  const auto size =
      database.number("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size");
  if (!size) return tl::unexpected(size.error());
  std::vector<std::string_view> tables = {"run", "source"};
  if (*size < kLargeFile) tables.emplace_back("member");
  for (const std::string_view table : tables) {
    auto statement = database.prepare(fmt::format("PRAGMA quick_check({})", table));
    if (!statement) return tl::unexpected(statement.error());
    const auto step = statement->step();
    if (!step) return tl::unexpected(step.error());
    if (*step == sqlite::Step::kRow && statement->text(0) != "ok")
      return unusable(file, "it is damaged; move it away and run again");
  }
  return {};
}

core::Status check_and_upgrade(sqlite::Database& database, const Identity& identity,
                               const std::filesystem::path& file) {
  return check(identity, file)
      .and_then([&] { return check_soundness(database, file); })
      .and_then([&] {
        return identity.format < kFormat ? upgrade(database, identity.format) : core::Status();
      });
}

}  // namespace

core::Status prepare_for_writing(sqlite::Database& database, const std::filesystem::path& file) {
  const core::Result<Identity> identity = identify(database);
  if (!identity) return tl::unexpected(identity.error());
  // FULL: what a transaction has done survives a power cut.
  return database.execute("PRAGMA synchronous = FULL").and_then([&] {
    return identity->tables == 0 && identity->application == 0
               ? lay_out(database)
               : check_and_upgrade(database, *identity, file);
  });
}

core::Result<Readable> check_for_reading(sqlite::Database& database,
                                         const std::filesystem::path& file) {
  const core::Result<Identity> identity = identify(database);
  if (!identity) return tl::unexpected(identity.error());
  if (identity->tables == 0 && identity->application == 0) {
    return core::fail(core::ErrorKind::kUsage,
                      fmt::format("{}: no run is on record in it", file.string()));
  }
  return check(*identity, file).map([&] {
    return identity->format < kFormat ? Readable::kOnceUpgraded : Readable::kYes;
  });
}

}  // namespace fhirehose::ledger
