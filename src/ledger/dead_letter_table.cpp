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
  return letter;
}

}  // namespace

core::Status DeadLetterTable::prepare(sqlite::Database& database) {
  return database.prepare_all({
      {insert_,
       "INSERT INTO dead_letter(run, member, line, begin_byte, end_byte, stage, type, resource_id, "
       "reason, outcome, attempts, bytes) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {behind_,
       "SELECT id, member, line, begin_byte, end_byte, stage, type, resource_id, reason, outcome, "
       "attempts, bytes FROM dead_letter "
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
    if (core::Status done = insert_.run(); !done) return done;
  }
  return {};
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
