// The store's writer against a bare loop over the same rows: insert, nothing else, with the store's
// own table, pages, cache and durability. Both write a new file each time, in the directory TMPDIR
// names. items_per_second are rows.

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <semaphore>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include "core/instant.hpp"
#include "require.hpp"
#include "sink/sqlite/sqlite_sink.hpp"

namespace fhirehose {
namespace {

constexpr std::uint32_t kRows = 180'000;
constexpr std::uint32_t kBundle = 1'000;
constexpr std::uint32_t kCommit = 10'000;

std::filesystem::path database_file() {
  return std::filesystem::temp_directory_path() / fmt::format("sqlite-bench-{}.db", ::getpid());
}

void remove_database() {
  for (const char* suffix : {"", "-wal", "-shm"})
    std::filesystem::remove(database_file().string() + suffix);
}

/// Sizes like Synthea's: most are small, the mean is 2 KB.
std::size_t draw_size(std::mt19937_64& random) {
  const auto percent = random() % 100;
  return percent < 60 ? 900 : percent < 90 ? 2'000 : percent < 99 ? 6'000 : 40'000;
}

std::string draw_id(std::mt19937_64& random) {
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", random() >> 32U, random() >> 48U,
                     random() >> 48U, random() >> 48U, random() >> 16U);
}

record::BatchHandle make_batch(std::mt19937_64& random, core::ResourceType type) {
  auto batch = std::make_shared<record::RecordBatch>();
  const std::string_view patient = batch->keep(draw_id(random));
  for (std::uint32_t i = 0; i < kBundle; ++i) {
    record::RecordView record;
    record.type = type;
    record.id = batch->keep(draw_id(random));
    record.patient = patient;
    record.last_updated = static_cast<core::Microseconds>(random() % 1'700'000'000) * 1'000'000;
    record.body = batch->keep(fmt::format(R"({{"resourceType":"{}","id":"{}","text":"{}"}})",
                                          core::name_of(type), record.id,
                                          std::string(draw_size(random), 'x')));
    batch->records.push_back(record);
  }
  return batch;
}

/// The same in every run: types one after the other, as the members of an archive bring them.
const std::vector<record::BatchHandle>& rows() {
  static const std::vector<record::BatchHandle> all = [] {
    std::mt19937_64 random(12345);
    std::vector<record::BatchHandle> made;
    for (std::uint32_t i = 0; i < kRows / kBundle; ++i)
      made.push_back(make_batch(random, static_cast<core::ResourceType>(i / 12)));
    return made;
  }();
  return all;
}

void check(int code, int expected) {
  if (code == expected) return;
  std::fprintf(stderr, "sqlite_bench: SQLite says %d\n", code);
  std::abort();
}

void execute(sqlite3* database, const char* sql) {
  check(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK);
}

void bind(sqlite3_stmt* statement, int parameter, std::string_view text) {
  check(sqlite3_bind_text64(statement, parameter, text.data(), text.size(), SQLITE_STATIC,
                            SQLITE_UTF8),
        SQLITE_OK);
}

void insert(sqlite3_stmt* statement, const record::RecordView& record) {
  const std::string updated = core::format_instant(record.last_updated);
  bind(statement, 1, core::name_of(record.type));
  bind(statement, 2, record.id);
  bind(statement, 3, updated);
  bind(statement, 4, record.patient);
  bind(statement, 5, record.body);
  check(sqlite3_step(statement), SQLITE_DONE);
  sqlite3_reset(statement);
}

void insert_all(sqlite3* database) {
  sqlite3_stmt* statement = nullptr;
  check(sqlite3_prepare_v2(database, "INSERT INTO resource VALUES(?, ?, NULL, ?, ?, ?)", -1,
                           &statement, nullptr),
        SQLITE_OK);
  std::uint32_t written = 0;
  execute(database, "BEGIN");
  for (const record::BatchHandle& batch : rows()) {
    for (const record::RecordView& record : batch->records) insert(statement, record);
    if ((written += kBundle) % kCommit == 0) execute(database, "COMMIT; BEGIN");
  }
  execute(database, "COMMIT");
  sqlite3_finalize(statement);
}

void bare_loop(benchmark::State& state) {
  rows();
  for (auto _ : state) {
    state.PauseTiming();
    remove_database();
    state.ResumeTiming();
    sqlite3* database = nullptr;
    check(sqlite3_open(database_file().c_str(), &database), SQLITE_OK);
    execute(database,
            "PRAGMA page_size = 32768; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
            "PRAGMA cache_size = -16384;"
            "CREATE TABLE resource(type TEXT, id TEXT, version_id TEXT, last_updated TEXT, "
            "patient TEXT, json TEXT, UNIQUE(type, id))");
    insert_all(database);
    check(sqlite3_close(database), SQLITE_OK);
  }
  state.SetItemsProcessed(state.iterations() * kRows);
  remove_database();
}

void load(const sink::SqliteOptions& options) {
  sink::SqliteSink sqlite(options);
  std::counting_semaphore<1'024> places(options.in_flight);
  bench::require(sqlite.open().has_value(), "the store opens");
  sqlite.on_delivery([&places](const sink::Delivery& delivery) {
    bench::require(!delivery.stopped && delivery.refusals.empty(), "all is stored");
    places.release();
  });
  for (const record::BatchHandle& batch : rows()) {
    places.acquire();
    lane::Bundle bundle;
    bundle.holds.push_back(batch);
    for (std::uint32_t row = 0; row < kBundle; ++row) bundle.entries.push_back({batch.get(), row});
    sqlite.submit(std::move(bundle));
  }
  bench::require(sqlite.close().has_value(), "the store closes");
}

void store(benchmark::State& state) {
  rows();
  sink::SqliteOptions options;
  options.file = database_file();
  for (auto _ : state) {
    state.PauseTiming();
    remove_database();
    state.ResumeTiming();
    load(options);
  }
  state.SetItemsProcessed(state.iterations() * kRows);
  remove_database();
}

void store_again(benchmark::State& state) {
  remove_database();
  sink::SqliteOptions options;
  options.file = database_file();
  load(options);
  for (auto _ : state) load(options);
  state.SetItemsProcessed(state.iterations() * kRows);
  remove_database();
}

void measured(benchmark::internal::Benchmark* benchmark) {
  // CPU is the whole process's: the sink writes on a thread of its own.
  benchmark->Unit(benchmark::kMillisecond)->UseRealTime()->MeasureProcessCPUTime()->MinTime(5);
}

BENCHMARK(bare_loop)->Apply(measured);
BENCHMARK(store)->Apply(measured);
BENCHMARK(store_again)->Apply(measured);

}  // namespace
}  // namespace fhirehose
