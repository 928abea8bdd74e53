#include "pipeline/settled_units.hpp"

#include <algorithm>
#include <tuple>

namespace fhirehose::pipeline {
namespace {

auto place(const ledger::SettledRange& range) { return std::tuple(range.phase, range.member); }

}  // namespace

SettledUnits::SettledUnits(const ledger::Settled& settled) : ranges_(settled.ranges) {
  for (const ledger::PartlySettled& part : settled.parts) {
    parts_.emplace(part.unit, RowSet(part.rows));
  }
}

bool SettledUnits::has_all_of(const ledger::UnitName& unit) const {
  const auto behind =
      std::ranges::upper_bound(ranges_, std::tuple(unit.phase, unit.member, unit.sequence), {},
                               [](const ledger::SettledRange& range) {
                                 return std::tuple(range.phase, range.member, range.first);
                               });
  if (behind == ranges_.begin()) return false;
  const ledger::SettledRange& range = *std::prev(behind);
  return place(range) == std::tuple(unit.phase, unit.member) && unit.sequence <= range.last;
}

const RowSet* SettledUnits::part_of(const ledger::UnitName& unit) const {
  const auto found = parts_.find(unit);
  return found == parts_.end() ? nullptr : &found->second;
}

std::uint64_t SettledUnits::count(std::uint32_t phase, std::uint32_t member) const {
  std::uint64_t units = 0;
  const std::tuple wanted(phase, member);
  for (auto range = std::ranges::lower_bound(ranges_, wanted, {}, place);
       range != ranges_.end() && place(*range) == wanted; ++range) {
    units += range->last - range->first + 1;
  }
  return units;
}

}  // namespace fhirehose::pipeline
