#include "ledger/dead_letter_table.hpp"

#include "core/byte_size.hpp"

namespace fhirehose::ledger {
namespace {

constexpr std::size_t kPageLetters = 256;
constexpr std::uint64_t kPageBytes = 4 * core::kMiB;

DeadLetter read_letter(const sqlite::Statement& row) {
  DeadLetter letter;
  letter.id = row.integer(0);
  letter.member = row.text(1);
  letter.line = static_cast<std::uint64_t>(row.integer(2));
  letter.begin = static_cast<std::uint64_t>(row.integer(3));
  letter.end = static_cast<std::uint64_t>(row.integer(4));
  letter.stage = row.text(5);
  letter.type = row.text(6);
  letter.resource_id = row.text(7);
  letter.reason = row.text(8);
  letter.outcome = row.text(9);
  letter.attempts = static_cast<std::uint32_t>(row.integer(10));
  letter.bytes = row.text(11);
  letter.sent = row.text(12);
  letter.replay_of = row.integer(13);
  letter.resolved_by = row.integer(14);
  letter.is_entry = row.integer(15) != 0;
  return letter;
}

}  // namespace

core::Status DeadLetterTable::prepare(sqlite::Database& database) {
  return database.prepare_all({
      {insert_,
       "INSERT INTO dead_letter(run, member, line, begin_byte, end_byte, stage, type, resource_id, "
       "reason, outcome, attempts, is_entry, bytes, sent, replay_of_letter_id) "
       "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?16, "
       "CASE WHEN ?15 THEN (SELECT bytes FROM dead_letter WHERE id = ?14) ELSE ?12 END, "
       "CASE WHEN ?15 THEN (SELECT sent FROM dead_letter WHERE id = ?14) ELSE ?13 END, "
       "nullif(?14, 0))"},
      {resolve_,
       // With one letter that which it was made of, unless that holds other records, too.
       "WITH RECURSIVE origin(id) AS (VALUES(?1) UNION SELECT before.id FROM origin "
       "JOIN dead_letter AS letter USING(id) "
       "JOIN dead_letter AS before ON before.id = letter.replay_of_letter_id "
       "AND before.begin_byte = letter.begin_byte AND before.end_byte = letter.end_byte) "
       "UPDATE dead_letter SET resolved_by_run_id = ?2 WHERE id IN origin "
       "AND resolved_by_run_id IS NULL"},
      {count_, "SELECT count(*), count(resolved_by_run_id) FROM dead_letter WHERE run = ?"},
      {behind_,
       "SELECT id, member, line, begin_byte, end_byte, stage, type, resource_id, reason, outcome, "
       "attempts, bytes, sent, replay_of_letter_id, resolved_by_run_id, is_entry FROM dead_letter "
       "WHERE run = ? AND (member, line, begin_byte, id) > (?, ?, ?, ?) "
       "ORDER BY member, line, begin_byte, id"},
  });
}

core::Status DeadLetterTable::insert(RunId run, std::span<const DeadLetter> letters) {
  for (const DeadLetter& letter : letters) {
    insert_.bind(1, run);
    insert_.bind(2, letter.member);
    insert_.bind(3, static_cast<std::int64_t>(letter.line));
    insert_.bind(4, static_cast<std::int64_t>(letter.begin));
    insert_.bind(5, static_cast<std::int64_t>(letter.end));
    insert_.bind(6, letter.stage);
    insert_.bind(7, letter.type);
    insert_.bind(8, letter.resource_id);
    insert_.bind(9, letter.reason);
    insert_.bind(10, letter.outcome);
    insert_.bind(11, std::int64_t{letter.attempts});
    insert_.bind_blob(12, letter.bytes);
    insert_.bind_blob(13, letter.sent);
    insert_.bind(14, letter.replay_of);
    insert_.bind(15, std::int64_t{letter.has_its_text});
    insert_.bind(16, std::int64_t{letter.is_entry});
    if (core::Status done = insert_.run(); !done) return done;
  }
  return {};
}

core::Status DeadLetterTable::resolve(RunId run, std::span<const std::int64_t> letters) {
  for (const std::int64_t letter : letters) {
    resolve_.bind(1, letter);
    resolve_.bind(2, run);
    if (core::Status done = resolve_.run(); !done) return done;
  }
  return {};
}

core::Result<LetterCounts> DeadLetterTable::count(RunId run) {
  LetterCounts counts;
  count_.bind(1, run);
  return sqlite::for_each_row(count_,
                              [&](const sqlite::Statement& row) {
                                counts.all = row.count(0);
                                counts.resolved = row.count(1);
                              })
      .map([&] { return counts; });
}

DeadLetter DeadLetterTable::front() {
  DeadLetter before_all;
  before_all.id = -1;
  return before_all;
}

core::Result<std::vector<DeadLetter>> DeadLetterTable::behind(RunId run, const DeadLetter& last) {
  const sqlite::ResetAtEnd end(behind_);
  behind_.bind(1, run);
  behind_.bind(2, last.member);
  behind_.bind(3, static_cast<std::int64_t>(last.line));
  behind_.bind(4, static_cast<std::int64_t>(last.begin));
  behind_.bind(5, last.id);
  std::vector<DeadLetter> page;
  std::uint64_t bytes = 0;
  while (page.size() < kPageLetters && bytes < kPageBytes) {
    const core::Result<sqlite::Step> step = behind_.step();
    if (!step) return tl::unexpected(step.error());
    if (*step == sqlite::Step::kDone) break;
    bytes += page.emplace_back(read_letter(behind_)).bytes.size();
  }
  return page;
}

}  // namespace fhirehose::ledger
