#include "sink/open_reader.hpp"

#include <utility>

#include <fmt/format.h>

#include "core/credentials.hpp"
#include "sink/fhir/fhir_reader.hpp"
#include "sink/sqlite/sqlite_reader.hpp"

namespace fhirehose::sink {
namespace {

constexpr std::uint32_t kQuestionsInFlight = 4;

std::unique_ptr<TargetReader> read_fhir(std::string_view url, const SinkOptions& options) {
  fhir::FhirOptions fhir = options.fhir;
  fhir.url = url;
  fhir.concurrency = options.concurrency.value_or(kQuestionsInFlight);
  fhir.batch = options.batch;
  return std::make_unique<fhir::FhirReader>(std::move(fhir));
}

std::unique_ptr<TargetReader> read_sqlite(std::string_view file, const SinkOptions& options) {
  SqliteReaderOptions sqlite;
  sqlite.file = file;
  sqlite.bundle_entries = options.batch.value_or(sqlite.bundle_entries);
  return std::make_unique<SqliteReader>(std::move(sqlite));
}

}  // namespace

core::Result<std::unique_ptr<TargetReader>> make_reader(std::string_view target,
                                                        const SinkOptions& options) {
  if (options.concurrency == 0U || options.batch == 0U)
    return core::fail(core::ErrorKind::kUsage, "concurrency and batch must be at least 1");
  if (is_server(target)) return read_fhir(target, options);
  if (const auto file = sqlite_file(target)) return read_sqlite(*file, options);
  return core::fail(
      core::ErrorKind::kUsage,
      fmt::format("the target {} can't be read back; one that can is http://HOST/PATH "
                  "or https://HOST/PATH (a FHIR server), or sqlite:FILE",
                  core::without_credentials(target)));
}

}  // namespace fhirehose::sink
