#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace fhirehose::fault {

/// What came of one seed.
struct Verdict {
  std::vector<std::string> wrongs;  ///< empty: all is as it has to be
  std::string scenario;             ///< what the seed stands for
  std::uint64_t records = 0, faults = 0, retries = 0;
  std::uint64_t waited = 0;  ///< records whose targets were not there yet
  std::uint64_t stops = 0;   ///< after each of which the load was resumed
};

/// Draws a scenario and loads it twice, each time into a fhir-target of its own: one that does what
/// it is asked, and one that misbehaves. Both loads have to come to what was made, and to the same
/// state and dead letters. `timeout` is that of a request: a silent fault costs as much.
/// Thread-safe.
Verdict try_seed(std::uint64_t seed, std::chrono::milliseconds timeout);

}  // namespace fhirehose::fault
