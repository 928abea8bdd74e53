#include "pipeline/pending_settlement.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "core/invariant.hpp"

namespace fhirehose::pipeline {

using ledger::UnitName;

void PendingSettlement::open(const UnitName& unit, std::uint32_t rows, RowSet earlier) {
  if (rows == 0) {
    whole_.push_back(unit);
  } else {
    open_.insert_or_assign(unit, Open{std::move(earlier), rows, false});
  }
}

void PendingSettlement::counted(const UnitName& unit) {
  if (const auto found = open_.find(unit); found != open_.end()) change(unit, found->second);
}

void PendingSettlement::settle(const UnitName& unit, std::span<const std::uint32_t> ordinals) {
  const auto found = open_.find(unit);
  if (found == open_.end() || found->second.left < ordinals.size()) {
    core::broken_invariant(fmt::format("{} records too many of chunk {} of member {} are settled",
                                       ordinals.size(), unit.sequence, unit.member));
  }
  Open& open = found->second;
  open.left -= static_cast<std::uint32_t>(ordinals.size());
  if (open.left == 0) {
    whole_.push_back(unit);
    open_.erase(found);
    return;
  }
  for (const std::uint32_t ordinal : ordinals) open.settled.insert(ordinal);
  change(unit, open);
}

void PendingSettlement::change(const UnitName& unit, Open& open) {
  if (!std::exchange(open.changed, true)) changed_.push_back(unit);
}

void PendingSettlement::add(std::size_t type, const Sums& sums) {
  sums_[type].loaded += sums.loaded;
  sums_[type].duplicate += sums.duplicate;
  sums_[type].rejected += sums.rejected;
}

void PendingSettlement::add(ledger::DeadLetter letter) {
  letter_bytes_ += sizeof letter + letter.bytes.size() + letter.sent.size() +
                   letter.outcome.size() + letter.reason.size() + letter.member.size();
  letters_.push_back(std::move(letter));
}

ledger::Settlement PendingSettlement::take() {
  letter_bytes_ = 0;
  return {take_ranges(), take_parts(), take_outcomes(), std::exchange(letters_, {}),
          std::exchange(resolved_, {})};
}

std::vector<ledger::SettledRange> PendingSettlement::take_ranges() {
  std::ranges::sort(whole_);
  std::vector<ledger::SettledRange> ranges;
  for (const UnitName& unit : whole_) {
    const bool follows = !ranges.empty() && ranges.back().phase == unit.phase &&
                         ranges.back().member == unit.member &&
                         ranges.back().last + 1 == unit.sequence;
    if (follows) {
      ++ranges.back().last;
    } else {
      ranges.push_back({unit.phase, unit.member, unit.sequence, unit.sequence});
    }
  }
  whole_.clear();
  return ranges;
}

std::vector<ledger::PartlySettled> PendingSettlement::take_parts() {
  std::vector<ledger::PartlySettled> parts;
  for (const UnitName& unit : std::exchange(changed_, {})) {
    const auto found = open_.find(unit);
    if (found == open_.end()) continue;
    found->second.changed = false;
    parts.push_back({unit, found->second.settled.bytes()});
  }
  return parts;
}

std::vector<ledger::TypeOutcome> PendingSettlement::take_outcomes() {
  std::vector<ledger::TypeOutcome> outcomes;
  for (std::size_t type = 0; type < sums_.size(); ++type) {
    const Sums sums = std::exchange(sums_[type], {});
    if (sums.loaded + sums.duplicate + sums.rejected == 0) continue;
    outcomes.push_back(
        {type == kUntyped ? std::string() : std::string(core::kResourceTypeNames[type]),
         sums.loaded, sums.duplicate, sums.rejected});
  }
  return outcomes;
}

}  // namespace fhirehose::pipeline
