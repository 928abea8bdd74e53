#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace fhirehose::core {

/// Microseconds since 1970-01-01T00:00:00Z.
using Microseconds = std::int64_t;

/// Before every instant: the lastUpdated of a resource that has none.
inline constexpr Microseconds kNever = std::numeric_limits<Microseconds>::min();

/// Reads a FHIR instant or dateTime with a zone (http://hl7.org/fhir/R4/datatypes.html#instant);
/// digits beyond microseconds are cut. Anything else is nullopt.
std::optional<Microseconds> parse_instant(std::string_view text);

/// `2026-11-21T05:48:00.123Z`, in UTC, to the millisecond. For years from 0 to 9999.
std::string format_instant(Microseconds time);

/// The wall clock now.
Microseconds now();

}  // namespace fhirehose::core
