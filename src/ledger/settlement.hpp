#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "ledger/dead_letter.hpp"

namespace fhirehose::ledger {

/// What a run gets done piece by piece: the records of one chunk that one phase takes.
struct UnitName {
  std::uint32_t phase = 0;     ///< from 0, in the order of loading
  std::uint32_t member = 0;    ///< place in the input, from 0
  std::uint32_t sequence = 0;  ///< of the chunk in its member, from 0
  auto operator<=>(const UnitName&) const = default;
};

/// Units of neighbouring chunks of which no record is open.
struct SettledRange {
  std::uint32_t phase = 0, member = 0;
  std::uint32_t first = 0, last = 0;  ///< chunks, both included
  bool operator==(const SettledRange&) const = default;
};

/// A unit of which some records are settled.
struct PartlySettled {
  UnitName unit;
  std::string rows;  ///< a bit a record of the chunk, by its ordinal, the lowest bit first
};

/// What became of the records of one type; an empty name: of those whose type could not be read.
struct TypeOutcome {
  std::string type;
  std::uint64_t loaded = 0, duplicate = 0, rejected = 0;
};

/// What was settled since the last time: what is in it belongs together, and is written whole.
struct Settlement {
  std::vector<SettledRange> ranges;
  std::vector<PartlySettled> parts;   ///< each replaces what was known of its unit
  std::vector<TypeOutcome> outcomes;  ///< more of each
  std::vector<DeadLetter> letters;
  std::vector<std::int64_t> resolved;  ///< letters of other runs, by id
  [[nodiscard]] bool empty() const {
    return ranges.empty() && parts.empty() && outcomes.empty() && letters.empty() &&
           resolved.empty();
  }
};

/// All that a run has settled so far.
struct Settled {
  std::vector<SettledRange> ranges;  ///< ascending
  std::vector<PartlySettled> parts;  ///< ascending; none of a unit that a range has
  std::vector<TypeOutcome> outcomes;
};

}  // namespace fhirehose::ledger
