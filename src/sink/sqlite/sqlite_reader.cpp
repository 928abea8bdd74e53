#include "sink/sqlite/sqlite_reader.hpp"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "core/byte_size.hpp"

namespace fhirehose::sink {
namespace {

constexpr std::string_view kFind = "SELECT json FROM resource WHERE type = ? AND id = ?";
constexpr std::string_view kCount = "SELECT count(*) FROM resource WHERE type = ?";

/// Copies of rows; a giant one is not kept for the next reading.
constexpr std::size_t kTextsKept = 4 * core::kMiB;

/// Where a row's text stands in the copies.
struct Copy {
  std::size_t offset = 0, size = 0;
};

}  // namespace

struct SqliteReader::Connection {
  sqlite::Database database;
  sqlite::Statement find;
  sqlite::Statement count;
  std::string texts;  ///< of the rows of one reading
  std::vector<Copy> copies;
};

SqliteReader::SqliteReader(SqliteReaderOptions options) : options_(std::move(options)) {}
SqliteReader::~SqliteReader() = default;

core::Result<ReaderTraits> SqliteReader::open() {
  return take().map([this](ConnectionHandle connection) {
    give_back(std::move(connection));
    ReaderTraits traits;
    traits.name = "SQLite";
    traits.keeps_bytes = true;
    traits.bundle_entries = options_.bundle_entries;
    return traits;
  });
}

core::Result<SqliteReader::ConnectionHandle> SqliteReader::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      ConnectionHandle connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  auto database = sqlite::Database::open(options_.file, sqlite::Mode::kRead, options_.patience);
  if (!database) return tl::unexpected(database.error());
  auto connection = std::make_unique<Connection>(Connection{*std::move(database), {}, {}, {}, {}});
  const core::Status prepared =
      connection->database.prepare_all({{connection->find, kFind}, {connection->count, kCount}});
  if (!prepared) {
    return core::fail(core::ErrorKind::kUsage,
                      fmt::format("{}: it has no table resource as fhirehose makes it ({})",
                                  options_.file.string(), prepared.error().message));
  }
  return connection;
}

void SqliteReader::give_back(ConnectionHandle connection) {
  if (connection->texts.capacity() > kTextsKept) connection->texts = {};
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(connection));
}

std::optional<std::uint64_t> SqliteReader::count(core::ResourceType type) {
  core::Result<ConnectionHandle> connection = take();
  if (!connection) return std::nullopt;
  std::optional<std::uint64_t> rows;
  (*connection)->count.bind(1, core::name_of(type));
  std::ignore = sqlite::for_each_row((*connection)->count, [&rows](const sqlite::Statement& row) {
    rows = static_cast<std::uint64_t>(row.integer(0));
  });
  give_back(*std::move(connection));
  return rows;
}

void SqliteReader::read(lane::Bundle bundle) {
  Reading reading;
  reading.bundle = std::move(bundle);
  core::Result<ConnectionHandle> connection = take();
  core::Status done;
  if (!connection) {
    done = tl::unexpected(connection.error());
  } else {
    done = read_rows(**connection, reading);
  }
  if (!done) reading.stopped = core::Error{core::ErrorKind::kStop, done.error().message};
  on_reading_(reading);
  if (connection) give_back(*std::move(connection));
}

core::Status SqliteReader::read_rows(Connection& connection, Reading& reading) {
  const std::size_t entries = reading.bundle.entries.size();
  rows_.fetch_add(entries, std::memory_order_relaxed);
  connection.texts.clear();
  connection.copies.assign(entries, {});
  reading.stored.assign(entries, {});
  for (std::size_t place = 0; place < entries; ++place) {
    const record::RecordView& record = reading.bundle.entries[place].record();
    connection.find.bind(1, core::name_of(record.type));
    connection.find.bind(2, record.id);
    core::Status read = sqlite::for_each_row(connection.find, [&](auto& row) {
      const std::string_view text = row.text(0);
      connection.copies[place] = {connection.texts.size(), text.size()};
      connection.texts += text;
      reading.stored[place].kind = Stored::Kind::kText;
    });
    if (!read) return read;
  }
  // Only now: the buffer moves as it grows.
  for (std::size_t place = 0; place < entries; ++place) {
    const Copy& copy = connection.copies[place];
    reading.stored[place].text = std::string_view(connection.texts).substr(copy.offset, copy.size);
  }
  return {};
}

}  // namespace fhirehose::sink
