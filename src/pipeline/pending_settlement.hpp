#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "core/resource_type.hpp"
#include "ledger/settlement.hpp"
#include "pipeline/row_set.hpp"

namespace fhirehose::pipeline {

/// What has become of records; by type.
struct Sums {
  std::uint64_t loaded = 0, duplicate = 0, rejected = 0;
};
/// The place of records whose type could not be read.
inline constexpr std::size_t kUntyped = core::kResourceTypeCount;
using SumsByType = std::array<Sums, core::kResourceTypeCount + 1>;

/// The units that are open, and what was settled since it was last taken from here. One thread at
/// a time.
class PendingSettlement {
 public:
  /// A unit of which `rows` records are to be settled yet, beside those of `earlier`. Without any
  /// it is settled.
  void open(const ledger::UnitName& unit, std::uint32_t rows, RowSet earlier);
  /// What was counted at its opening is the unit's: it must not be counted again.
  void counted(const ledger::UnitName& unit);
  /// Open records of an open unit are settled.
  void settle(const ledger::UnitName& unit, std::span<const std::uint32_t> ordinals);

  /// More of each.
  void add(std::size_t type, const Sums& sums);
  void add(ledger::DeadLetter letter);
  /// The letter of another run has been loaded.
  void resolve(std::int64_t letter) { resolved_.push_back(letter); }
  /// Memory of the letters in bytes.
  [[nodiscard]] std::uint64_t letter_bytes() const { return letter_bytes_; }

  ledger::Settlement take();

 private:
  struct Open {
    RowSet settled;
    std::uint32_t left = 0;
    bool changed = false;  ///< since it was last taken
  };
  void change(const ledger::UnitName& unit, Open& open);
  std::vector<ledger::SettledRange> take_ranges();
  std::vector<ledger::PartlySettled> take_parts();
  std::vector<ledger::TypeOutcome> take_outcomes();

  std::map<ledger::UnitName, Open> open_;
  std::vector<ledger::UnitName> whole_;
  std::vector<ledger::UnitName> changed_;  ///< some are whole meanwhile
  SumsByType sums_{};
  std::vector<ledger::DeadLetter> letters_;
  std::vector<std::int64_t> resolved_;
  std::uint64_t letter_bytes_ = 0;
};

}  // namespace fhirehose::pipeline
