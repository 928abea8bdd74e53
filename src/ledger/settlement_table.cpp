#include "ledger/settlement_table.hpp"

namespace fhirehose::ledger {
namespace {

std::uint32_t small(const sqlite::Statement& row, int column) {
  return static_cast<std::uint32_t>(row.integer(column));
}

void bind_range(sqlite::Statement& statement, RunId run, const SettledRange& range) {
  statement.bind(1, run);
  statement.bind(2, std::int64_t{range.phase});
  statement.bind(3, std::int64_t{range.member});
  statement.bind(4, std::int64_t{range.first});
  statement.bind(5, std::int64_t{range.last});
}

}  // namespace

core::Status SettlementTable::prepare(sqlite::Database& database) {
  return database.prepare_all({
      {add_range_,
       "INSERT INTO settled(run, phase, member, first_chunk, last_chunk) VALUES(?, ?, ?, ?, ?)"},
      {end_parts_,
       "DELETE FROM partly_settled WHERE run = ? AND phase = ? AND member = ? "
       "AND sequence BETWEEN ? AND ?"},
      {put_part_,
       "INSERT OR REPLACE INTO partly_settled(run, phase, member, sequence, rows) "
       "VALUES(?, ?, ?, ?, ?)"},
      {add_outcome_,
       "INSERT INTO outcome(run, type, loaded, duplicate, rejected) VALUES(?, ?, ?, ?, ?) "
       "ON CONFLICT(run, type) DO UPDATE SET loaded = loaded + excluded.loaded, "
       "duplicate = duplicate + excluded.duplicate, rejected = rejected + excluded.rejected"},
      {ranges_,
       "SELECT phase, member, first_chunk, last_chunk FROM settled WHERE run = ? "
       "ORDER BY phase, member, first_chunk"},
      {parts_,
       "SELECT phase, member, sequence, rows FROM partly_settled WHERE run = ? "
       "ORDER BY phase, member, sequence"},
      {outcomes_, "SELECT type, loaded, duplicate, rejected FROM outcome WHERE run = ?"},
      {forget_ranges_, "DELETE FROM settled WHERE run = ?"},
      {forget_parts_, "DELETE FROM partly_settled WHERE run = ?"},
  });
}

core::Status SettlementTable::add(RunId run, const Settlement& settlement) {
  return add_parts(run, settlement.parts)
      .and_then([&] { return add_ranges(run, settlement.ranges); })
      .and_then([&] { return add_outcomes(run, settlement.outcomes); });
}

core::Status SettlementTable::add_ranges(RunId run, std::span<const SettledRange> ranges) {
  for (const SettledRange& range : ranges) {
    bind_range(add_range_, run, range);
    if (core::Status done = add_range_.run(); !done) return done;
    bind_range(end_parts_, run, range);
    if (core::Status done = end_parts_.run(); !done) return done;
  }
  return {};
}

core::Status SettlementTable::add_parts(RunId run, std::span<const PartlySettled> parts) {
  for (const PartlySettled& part : parts) {
    put_part_.bind(1, run);
    put_part_.bind(2, std::int64_t{part.unit.phase});
    put_part_.bind(3, std::int64_t{part.unit.member});
    put_part_.bind(4, std::int64_t{part.unit.sequence});
    put_part_.bind_blob(5, part.rows);
    if (core::Status done = put_part_.run(); !done) return done;
  }
  return {};
}

core::Status SettlementTable::add_outcomes(RunId run, std::span<const TypeOutcome> outcomes) {
  for (const TypeOutcome& outcome : outcomes) {
    add_outcome_.bind(1, run);
    add_outcome_.bind(2, outcome.type);
    add_outcome_.bind(3, static_cast<std::int64_t>(outcome.loaded));
    add_outcome_.bind(4, static_cast<std::int64_t>(outcome.duplicate));
    add_outcome_.bind(5, static_cast<std::int64_t>(outcome.rejected));
    if (core::Status done = add_outcome_.run(); !done) return done;
  }
  return {};
}

core::Result<Settled> SettlementTable::of_run(RunId run) {
  Settled settled;
  for (sqlite::Statement* const statement : {&ranges_, &parts_, &outcomes_}) {
    statement->bind(1, run);
  }
  return sqlite::for_each_row(ranges_,
                              [&](const sqlite::Statement& row) {
                                settled.ranges.push_back(
                                    {small(row, 0), small(row, 1), small(row, 2), small(row, 3)});
                              })
      .and_then([&] {
        return sqlite::for_each_row(parts_, [&](const sqlite::Statement& row) {
          settled.parts.push_back(
              {{small(row, 0), small(row, 1), small(row, 2)}, std::string(row.text(3))});
        });
      })
      .and_then([&] {
        return sqlite::for_each_row(outcomes_, [&](const sqlite::Statement& row) {
          settled.outcomes.push_back(
              {std::string(row.text(0)), row.count(1), row.count(2), row.count(3)});
        });
      })
      .map([&] { return std::move(settled); });
}

core::Status SettlementTable::forget_units(RunId run) {
  forget_ranges_.bind(1, run);
  forget_parts_.bind(1, run);
  return forget_ranges_.run().and_then([this] { return forget_parts_.run(); });
}

}  // namespace fhirehose::ledger
