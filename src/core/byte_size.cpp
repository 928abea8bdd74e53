#include "core/byte_size.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace fhirehose::core {
namespace {

constexpr std::array<std::string_view, 5> kUnits = {"", "K", "M", "G", "T"};

}  // namespace

std::optional<std::uint64_t> parse_byte_size(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  std::uint64_t factor = 1;
  for (const std::string_view known : kUnits) {
    const bool same = unit == known || (!known.empty() && unit == std::string(known) + "iB");
    if (same && number <= std::numeric_limits<std::uint64_t>::max() / factor)
      return number * factor;
    factor *= kKiB;
  }
  return std::nullopt;
}

std::string format_byte_size(std::uint64_t bytes) {
  std::size_t unit = 0;
  auto size = static_cast<double>(bytes);
  // As it will be printed: 1023.7 KiB is 1.0 MiB, not 1024 KiB.
  while (std::round(size) >= 1024 && unit + 1 < kUnits.size()) {
    size /= 1024;
    ++unit;
  }
  if (unit == 0) return fmt::format("{} B", bytes);
  return fmt::format("{:.{}f} {}iB", size, size < 10 ? 1 : 0, kUnits[unit]);
}

}  // namespace fhirehose::core
