#pragma once

#include <span>

#include "ledger/ledger.hpp"
#include "sqlite/database.hpp"

namespace fhirehose::ledger {

/// The tables `settled`, `partly_settled` and `outcome`. The caller brings the transaction, and is
/// the only thread.
class SettlementTable {
 public:
  core::Status prepare(sqlite::Database& database);
  /// All but the letters.
  core::Status add(RunId run, const Settlement& settlement);
  core::Result<Settled> of_run(RunId run);
  /// Forgets which units were settled: for a run that needs no resuming any more.
  core::Status forget_units(RunId run);

 private:
  core::Status add_ranges(RunId run, std::span<const SettledRange> ranges);
  core::Status add_parts(RunId run, std::span<const PartlySettled> parts);
  core::Status add_outcomes(RunId run, std::span<const TypeOutcome> outcomes);

  sqlite::Statement add_range_, end_parts_, put_part_, add_outcome_;
  sqlite::Statement ranges_, parts_, outcomes_, forget_ranges_, forget_parts_;
};

}  // namespace fhirehose::ledger
