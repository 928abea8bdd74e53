#pragma once

#include <cstdint>

namespace fhirehose::lane {

/// How much a target wants at once. It may change its mind at any time; what is under way stays.
struct Pace {
  std::uint32_t in_flight = 4;  ///< bundles
  std::uint32_t entries = 100;  ///< of a bundle; a transaction that is kept whole may have more
  bool operator==(const Pace&) const = default;
};

}  // namespace fhirehose::lane
