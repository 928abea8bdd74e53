#pragma once

#include <cstdint>
#include <limits>

namespace fhirehose::lane {

/// How much a target wants at once. It may change its mind at any time; what is under way stays.
struct Pace {
  std::uint32_t in_flight = 4;  ///< bundles
  std::uint32_t entries = 100;  ///< of a bundle; a transaction that is kept whole may have more
  std::uint64_t bytes = std::numeric_limits<std::uint64_t>::max();  ///< likewise, or one record
  bool operator==(const Pace&) const = default;
};

}  // namespace fhirehose::lane
