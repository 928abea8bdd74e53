#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/ledger.hpp"
#include "sqlite/database.hpp"

namespace fhirehose::ledger {

/// What a run ends with.
struct RunEnd {
  std::string state;
  core::Microseconds time = 0;
  Counts counts;
  std::string report;
};

/// The tables `run` and `source`. The caller brings the transaction, and is the only thread.
class RunTable {
 public:
  core::Status prepare(sqlite::Database& database);

  core::Result<RunId> insert(const RunStart& start, core::Microseconds time);
  core::Status finish(RunId run, const RunEnd& end);
  core::Status go_on(RunId run);
  /// More of each.
  core::Status add_counts(RunId run, const Counts& counts);
  /// Runs that say `running` become `stopped`: for who knows that no process runs them.
  core::Result<std::vector<RunId>> stop_all_running();

  core::Result<std::vector<Run>> all();
  core::Result<std::optional<Run>> find(RunId id);

 private:
  core::Status insert_sources(RunId run, const std::vector<std::string>& sources);
  core::Status read_sources(Run& run);

  sqlite::Database* database_ = nullptr;
  sqlite::Statement insert_, insert_source_, finish_, go_on_, add_counts_, stop_, all_, find_,
      sources_;
};

}  // namespace fhirehose::ledger
