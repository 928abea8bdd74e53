#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "ledger/settlement.hpp"
#include "pipeline/row_set.hpp"

namespace fhirehose::pipeline {

/// What earlier processes of a run have settled; nothing where this is its first. Read-only: any
/// thread.
class SettledUnits {
 public:
  SettledUnits() = default;
  explicit SettledUnits(const ledger::Settled& settled);

  [[nodiscard]] bool none() const { return ranges_.empty() && parts_.empty(); }
  /// No record of it is open.
  [[nodiscard]] bool has_all_of(const ledger::UnitName& unit) const;
  /// Its settled records; null where nothing of it is settled, not even what the reader settles.
  [[nodiscard]] const RowSet* part_of(const ledger::UnitName& unit) const;
  /// How many of that member's units are settled whole.
  [[nodiscard]] std::uint64_t count(std::uint32_t phase, std::uint32_t member) const;

 private:
  std::vector<ledger::SettledRange> ranges_;  ///< ascending
  std::map<ledger::UnitName, RowSet> parts_;
};

}  // namespace fhirehose::pipeline
