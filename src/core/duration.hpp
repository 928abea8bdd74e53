#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace fhirehose::core {

/// Reads `500ms`, `90s`, `10m`, `2h`: a whole number and its unit, a year at most. Anything else is
/// nullopt.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// As parse_duration reads it, in the greatest unit that needs no fraction: `10m`, `90s`, `1500ms`.
std::string format_duration(std::chrono::milliseconds duration);

/// Wall time since `start`.
double seconds_since(std::chrono::steady_clock::time_point start);

}  // namespace fhirehose::core
