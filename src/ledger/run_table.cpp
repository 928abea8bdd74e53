#include "ledger/run_table.hpp"

namespace fhirehose::ledger {
namespace {

constexpr std::string_view kSelect =
    "SELECT id, command, target, options, replay_of_run_id, state, started, ended, read, loaded, "
    "duplicate, rejected, report, directory, plan, replay_stage FROM run ";

std::optional<std::int64_t> optional_integer(const sqlite::Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return row.integer(column);
}

Run read_run(const sqlite::Statement& row) {
  Run run;
  run.id = row.integer(0);
  run.start.command = row.text(1);
  run.start.target = row.text(2);
  run.start.options = row.text(3);
  run.start.replay_of = optional_integer(row, 4);
  run.state = row.text(5);
  run.started = row.integer(6);
  run.ended = optional_integer(row, 7);
  run.counts = {row.count(8), row.count(9), row.count(10), row.count(11)};
  run.report = row.text(12);
  run.start.directory = row.text(13);
  run.start.plan = row.count(14);
  run.start.replay_stage = row.text(15);
  return run;
}

}  // namespace

core::Status RunTable::prepare(sqlite::Database& database) {
  database_ = &database;
  return database.prepare_all({
      {insert_,
       "INSERT INTO run(command, target, options, replay_of_run_id, state, started, directory, "
       "plan, replay_stage) VALUES(?, ?, ?, ?, 'running', ?, ?, ?, ?)"},
      {insert_source_, "INSERT INTO source(run, place, path) VALUES(?, ?, ?)"},
      {finish_,
       "UPDATE run SET state = ?2, ended = ?3, read = ?4, loaded = ?5, duplicate = ?6, "
       "rejected = ?7, report = ?8 WHERE id = ?1"},
      {go_on_, "UPDATE run SET state = 'running', ended = NULL WHERE id = ?"},
      {add_counts_,
       "UPDATE run SET read = read + ?2, loaded = loaded + ?3, duplicate = duplicate + ?4, "
       "rejected = rejected + ?5 WHERE id = ?1"},
      {stop_, "UPDATE run SET state = 'stopped' WHERE state = 'running' RETURNING id"},
      {all_, std::string(kSelect) + "ORDER BY id DESC"},
      {find_, std::string(kSelect) + "WHERE id = ?"},
      {sources_, "SELECT path FROM source WHERE run = ? ORDER BY place"},
  });
}

core::Result<RunId> RunTable::insert(const RunStart& start, core::Microseconds time) {
  insert_.bind(1, start.command);
  insert_.bind(2, start.target);
  insert_.bind(3, start.options);
  if (start.replay_of) {
    insert_.bind(4, *start.replay_of);
  } else {
    insert_.bind_null(4);
  }
  insert_.bind(5, time);
  insert_.bind(6, start.directory);
  // All 64 bits: the upper half is stored as negative numbers.
  insert_.bind(7, static_cast<std::int64_t>(start.plan));
  insert_.bind(8, start.replay_stage);
  if (core::Status done = insert_.run(); !done) return tl::unexpected(done.error());
  const RunId run = database_->last_insert_id();
  return insert_sources(run, start.sources).map([run] { return run; });
}

core::Status RunTable::insert_sources(RunId run, const std::vector<std::string>& sources) {
  std::int64_t place = 0;
  for (const std::string& source : sources) {
    insert_source_.bind(1, run);
    insert_source_.bind(2, place++);
    insert_source_.bind(3, source);
    if (core::Status done = insert_source_.run(); !done) return done;
  }
  return {};
}

core::Status RunTable::finish(RunId run, const RunEnd& end) {
  finish_.bind(1, run);
  finish_.bind(2, end.state);
  finish_.bind(3, end.time);
  finish_.bind(4, static_cast<std::int64_t>(end.counts.read));
  finish_.bind(5, static_cast<std::int64_t>(end.counts.loaded));
  finish_.bind(6, static_cast<std::int64_t>(end.counts.duplicate));
  finish_.bind(7, static_cast<std::int64_t>(end.counts.rejected));
  finish_.bind(8, end.report);
  return finish_.run();
}

core::Status RunTable::go_on(RunId run) {
  go_on_.bind(1, run);
  return go_on_.run();
}

core::Status RunTable::add_counts(RunId run, const Counts& counts) {
  add_counts_.bind(1, run);
  add_counts_.bind(2, static_cast<std::int64_t>(counts.read));
  add_counts_.bind(3, static_cast<std::int64_t>(counts.loaded));
  add_counts_.bind(4, static_cast<std::int64_t>(counts.duplicate));
  add_counts_.bind(5, static_cast<std::int64_t>(counts.rejected));
  return add_counts_.run();
}

core::Result<std::vector<RunId>> RunTable::stop_all_running() {
  std::vector<RunId> stopped;
  return sqlite::for_each_row(
             stop_, [&](const sqlite::Statement& row) { stopped.push_back(row.integer(0)); })
      .map([&] { return std::move(stopped); });
}

core::Result<std::vector<Run>> RunTable::all() {
  std::vector<Run> runs;
  core::Status read = sqlite::for_each_row(
      all_, [&](const sqlite::Statement& row) { runs.push_back(read_run(row)); });
  for (Run& run : runs) {
    if (read) read = read_sources(run);
  }
  return read.map([&] { return std::move(runs); });
}

core::Result<std::optional<Run>> RunTable::find(RunId id) {
  std::optional<Run> run;
  find_.bind(1, id);
  return sqlite::for_each_row(find_, [&](const sqlite::Statement& row) { run = read_run(row); })
      .and_then([&] { return run ? read_sources(*run) : core::Status(); })
      .map([&] { return std::move(run); });
}

core::Status RunTable::read_sources(Run& run) {
  sources_.bind(1, run.id);
  return sqlite::for_each_row(
      sources_, [&](const sqlite::Statement& row) { run.start.sources.emplace_back(row.text(0)); });
}

}  // namespace fhirehose::ledger
