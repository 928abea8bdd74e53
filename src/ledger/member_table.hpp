#pragma once

#include <span>
#include <vector>

#include "ledger/ledger.hpp"
#include "sqlite/database.hpp"

namespace fhirehose::ledger {

/// The table `member`. The caller brings the transaction, and is the only thread.
class MemberTable {
 public:
  core::Status prepare(sqlite::Database& database);
  core::Status insert(RunId run, std::span<const SourceMember> members);
  /// In the order in which they were inserted.
  core::Result<std::vector<SourceMember>> of_run(RunId run);

 private:
  sqlite::Statement insert_, of_run_;
};

}  // namespace fhirehose::ledger
