#pragma once

#include <span>
#include <vector>

#include "ledger/ledger.hpp"
#include "sqlite/database.hpp"

namespace fhirehose::ledger {

/// The table `dead_letter`. The caller brings the transaction, and is the only thread.
class DeadLetterTable {
 public:
  core::Status prepare(sqlite::Database& database);
  core::Status insert(RunId run, std::span<const DeadLetter> letters);
  /// `run` has loaded these letters of other runs, and so the letters that they were made of.
  core::Status resolve(RunId run, std::span<const std::int64_t> letters);
  core::Result<LetterCounts> count(RunId run);

  /// Some of the run's letters that come behind `last` in the order of member, line, begin and id;
  /// none when no more follow. At most 256 of them; fewer where they are large.
  core::Result<std::vector<DeadLetter>> behind(RunId run, const DeadLetter& last);
  /// Comes before every letter.
  static DeadLetter front();

 private:
  sqlite::Statement insert_, behind_, resolve_, count_;
};

}  // namespace fhirehose::ledger
