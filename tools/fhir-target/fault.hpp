#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "fhir-target/duration_text.hpp"

namespace fhirehose::target {

/// One way to misbehave, and how often. Spelled `KIND:RATE[:NAME=VALUE]...`:
///
///     503:0.02:retry-after=1    reset-after:0.01    entry-429:0.05 latency:1:wait=5ms:jitter=20ms
struct Fault {
  enum class Kind : std::uint8_t {
    kLatency,  ///< everything goes well, but later
    kStatus,   ///< a status and an OperationOutcome
    kReset,    ///< the connection is reset, no byte of an answer is sent
    kStall,    ///< the connection stays open and silent
    kGarbage,  ///< 200, and a body that is no JSON
    kCut,      ///< the connection is closed before all of the announced Content-Length was sent
    kTrickle,  ///< the answer comes whole, a few bytes at a time
    kEntry,    ///< inside a bundle's 200 an entry has a status of 400 or more, and was not done
  };
  /// Whether what was asked for has been done when the fault strikes.
  enum class When : std::uint8_t { kBefore, kAfter };
  /// How Retry-After is spelled (RFC 9110, section 10.2.3).
  enum class RetryAfter : std::uint8_t { kNone, kSeconds, kDate };

  Kind kind = Kind::kStatus;
  When when = When::kBefore;
  double rate = 0;  ///< 0 to 1
  int status = 0;   ///< kStatus and kEntry
  RetryAfter retry_after = RetryAfter::kNone;
  std::uint32_t retry_seconds = 0;
  Microseconds wait{};    ///< kLatency; kStall: then it answers, 0: never; kTrickle: between pieces
  Microseconds jitter{};  ///< kLatency: as much more at most
  std::size_t bytes = 16;   ///< kTrickle: of a piece
  std::string kind_name{};  ///< `reset-after`, as in the statistics

  /// Whether the request ends with it, undone: all that strikes before the work, except a stall
  /// that ends.
  [[nodiscard]] bool turns_away() const {
    const bool only_waits = kind == Kind::kStall && wait > Microseconds::zero();
    return when == When::kBefore && kind != Kind::kEntry && !only_waits;
  }
};

/// An error of kind kUsage says what is wrong with `text`.
core::Result<Fault> read_fault(std::string_view text);

/// A line a kind, for `--help`.
std::string_view fault_kinds_help();

}  // namespace fhirehose::target
