#include "ledger/member_table.hpp"

namespace fhirehose::ledger {

core::Status MemberTable::prepare(sqlite::Database& database) {
  return database.prepare_all({
      {insert_,
       "INSERT INTO member(run, name, bytes, stored_bytes, fingerprint, records, problem) "
       "VALUES(?, ?, ?, ?, ?, ?, ?)"},
      {of_run_,
       "SELECT name, bytes, stored_bytes, fingerprint, records, problem FROM member "
       "WHERE run = ? ORDER BY id"},
  });
}

core::Status MemberTable::insert(RunId run, std::span<const SourceMember> members) {
  for (const SourceMember& member : members) {
    insert_.bind(1, run);
    insert_.bind(2, member.name);
    insert_.bind(3, static_cast<std::int64_t>(member.bytes));
    insert_.bind(4, static_cast<std::int64_t>(member.stored_bytes));
    // All 64 bits: the upper half is stored as negative numbers.
    insert_.bind(5, static_cast<std::int64_t>(member.fingerprint));
    insert_.bind(6, static_cast<std::int64_t>(member.records));
    insert_.bind(7, member.problem);
    if (core::Status done = insert_.run(); !done) return done;
  }
  return {};
}

core::Result<std::vector<SourceMember>> MemberTable::of_run(RunId run) {
  std::vector<SourceMember> members;
  of_run_.bind(1, run);
  return sqlite::for_each_row(of_run_,
                              [&](const sqlite::Statement& row) {
                                SourceMember& member = members.emplace_back();
                                member.name = row.text(0);
                                member.bytes = static_cast<std::uint64_t>(row.integer(1));
                                member.stored_bytes = static_cast<std::uint64_t>(row.integer(2));
                                member.fingerprint = static_cast<std::uint64_t>(row.integer(3));
                                member.records = static_cast<std::uint64_t>(row.integer(4));
                                member.problem = row.text(5);
                              })
      .map([&] { return std::move(members); });
}

}  // namespace fhirehose::ledger
