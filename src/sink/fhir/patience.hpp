#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace fhirehose::sink::fhir {

/// How long what may pass is tried again.
struct Patience {
  /// With one entry: answers that count against it (see BundleDelivery), the first one included.
  std::uint32_t max_attempts = 8;
  /// After so many of them a transaction that fails as a whole goes as a batch, to find out whose
  /// fault it is; and after so many that say nothing of an entry the server is asked with a
  /// witness.
  std::uint32_t isolate_after = 3;
  /// With the server: so long without any progress of the whole sink, from the first trouble on.
  std::chrono::milliseconds total{600'000};
  std::chrono::milliseconds base{250};                       ///< wait before the second send
  std::chrono::milliseconds cap{30'000};                     ///< the wait doubles up to this
  std::chrono::milliseconds longest_retry_after{3'600'000};  ///< a longer wish counts as this
};

/// The wait before the next send after `failures` of them, at least 1: base doubled each time up to
/// cap, of which `jitter`, from 0 to 1, decides the second half. What the server asked for wins; it
/// is undercut only where it exceeds the total patience, and jitter spreads those who were told the
/// same.
std::chrono::milliseconds backoff(const Patience& patience, std::uint32_t failures,
                                  std::optional<std::chrono::seconds> retry_after, double jitter);

}  // namespace fhirehose::sink::fhir
