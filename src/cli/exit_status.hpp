#pragma once

#include "fhirehose/report.hpp"

namespace fhirehose::cli {

/// What the program ends with; scripts rely on it.
enum class ExitStatus : int {
  kAllLoaded = 0,
  kSomeRejected = 1,  ///< dead letters, or input that could not be read
  kUsage = 2,         ///< nothing was begun
  kStopped = 3,       ///< can be resumed
  kNotConserved = 4,  ///< a bug: records are missing from the count
};

ExitStatus exit_status(const Report& report);

}  // namespace fhirehose::cli
