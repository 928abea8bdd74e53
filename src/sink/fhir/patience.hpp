#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace fhirehose::sink::fhir {

/// How long what may pass is tried again.
struct Patience {
  std::uint32_t max_attempts = 8;  ///< sends of the same entries, the first one included
  /// After so many sends a transaction that fails as a whole goes as a batch, to find out whose
  /// fault it is.
  std::uint32_t isolate_after = 3;
  std::chrono::milliseconds base{250};              ///< wait before the second send
  std::chrono::milliseconds cap{30'000};            ///< the wait doubles up to this
  std::chrono::seconds longest_retry_after{3'600};  ///< a server's longer wish counts as this
};

/// The wait before the next send after `failures` of them, at least 1: base doubled each time up to
/// cap, of which `jitter`, from 0 to 1, decides the second half. What the server asked for wins; it
/// is never undercut, and jitter spreads those who were told the same.
std::chrono::milliseconds backoff(const Patience& patience, std::uint32_t failures,
                                  std::optional<std::chrono::seconds> retry_after, double jitter);

}  // namespace fhirehose::sink::fhir
