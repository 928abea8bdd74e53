#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace fhirehose::target {

/// The grain of all that this server waits for on purpose.
using Microseconds = std::chrono::microseconds;

/// Reads `2s`, `20ms`, `0.1ms`, `50us`: at most an hour, not below zero. Anything else is nullopt.
std::optional<Microseconds> read_duration(std::string_view text);

}  // namespace fhirehose::target
