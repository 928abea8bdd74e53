#include "core/duration.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

namespace fhirehose::core {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongest = std::chrono::hours(24 * 366);

constexpr std::array<std::pair<std::string_view, milliseconds>, 4> kDurationUnits = {
    {{"h", milliseconds(3'600'000)},
     {"m", milliseconds(60'000)},
     {"s", milliseconds(1'000)},
     {"ms", milliseconds(1)}}};

}  // namespace

std::optional<milliseconds> parse_duration(std::string_view text) {
  std::uint32_t count = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, count);
  if (error != std::errc{}) return std::nullopt;
  const std::string_view rest(end, static_cast<std::size_t>(last - end));
  for (const auto& [name, unit] : kDurationUnits) {
    if (rest == name && count <= kLongest / unit) return count * unit;
  }
  return std::nullopt;
}

std::string format_duration(milliseconds duration) {
  for (const auto& [name, unit] : kDurationUnits) {
    if (duration % unit == milliseconds(0)) return fmt::format("{}{}", duration / unit, name);
  }
  return {};
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace fhirehose::core
