#include "sink/open_sink.hpp"

#include <string>

#include <fmt/format.h>

#include "core/credentials.hpp"
#include "http/access.hpp"
#include "http/url.hpp"
#include "sink/discard/discard_sink.hpp"
#include "sink/fhir/fhir_sink.hpp"
#include "sink/sqlite/sqlite_sink.hpp"

namespace fhirehose::sink {
namespace {

constexpr std::string_view kSqlite = "sqlite:";
constexpr std::string_view kDiscard = "discard:";

std::unique_ptr<Sink> make_fhir(std::string_view url, const SinkOptions& options) {
  fhir::FhirOptions fhir = options.fhir;
  fhir.url = url;
  fhir.concurrency = options.concurrency;
  fhir.batch = options.batch;
  return std::make_unique<fhir::FhirSink>(std::move(fhir));
}

std::unique_ptr<Sink> make_sqlite(std::string_view file, const SinkOptions& options) {
  SqliteOptions sqlite;
  sqlite.file = file;
  sqlite.in_flight = options.concurrency.value_or(sqlite.in_flight);
  sqlite.bundle_entries = options.batch.value_or(sqlite.bundle_entries);
  return std::make_unique<SqliteSink>(std::move(sqlite));
}

std::unique_ptr<Sink> make_discard(const SinkOptions& options) {
  DiscardOptions discard;
  discard.in_flight = options.concurrency.value_or(discard.in_flight);
  discard.bundle_entries = options.batch.value_or(discard.bundle_entries);
  return std::make_unique<DiscardSink>(discard);
}

core::Result<std::unique_ptr<Sink>> make_local(std::string_view target,
                                               const SinkOptions& options) {
  if (options.fhir.access != ServerAccess{} || !options.fhir.profile.empty()) {
    return core::fail(core::ErrorKind::kUsage,
                      fmt::format("credentials, --gzip, --profile and the like are for a FHIR "
                                  "server, and the target is {}: give the server's address by --to",
                                  target));
  }
  const auto file = sqlite_file(target);
  return file ? make_sqlite(*file, options) : make_discard(options);
}

}  // namespace

bool is_server(std::string_view target) {
  return target.starts_with("http://") || target.starts_with("https://");
}

bool is_same_server(std::string_view target, std::string_view other) {
  const auto one = http::parse_url(target);
  const auto two = http::parse_url(other);
  return one && two && one->authority == two->authority && one->secure == two->secure;
}

core::Result<std::unique_ptr<Sink>> make_sink(std::string_view target, const SinkOptions& options) {
  if (options.concurrency == 0U || options.batch == 0U)
    return core::fail(core::ErrorKind::kUsage, "concurrency and batch must be at least 1");
  if (is_server(target)) return make_fhir(target, options);
  if (target == kDiscard || sqlite_file(target)) return make_local(target, options);
  return core::fail(core::ErrorKind::kUsage,
                    fmt::format("the target {} is unknown; a target is http://HOST/PATH or "
                                "https://HOST/PATH (a FHIR server), sqlite:FILE, or discard:",
                                core::without_credentials(target)));
}

std::optional<std::string_view> sqlite_file(std::string_view target) {
  if (!target.starts_with(kSqlite) || target == kSqlite) return std::nullopt;
  return target.substr(kSqlite.size());
}

std::vector<std::filesystem::path> files_of(std::string_view target) {
  std::vector<std::filesystem::path> files;
  const auto file = sqlite_file(target);
  if (!file) return files;
  for (const char* beside : {"", "-wal", "-shm", "-journal"})
    files.emplace_back(std::string(*file) + beside);
  return files;
}

std::vector<std::string> warnings(std::string_view target, const SinkOptions& options) {
  const auto url = http::parse_url(target);
  return url ? http::warnings(options.fhir.access, *url) : std::vector<std::string>();
}

}  // namespace fhirehose::sink
