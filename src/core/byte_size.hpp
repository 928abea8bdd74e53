#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fhirehose::core {

inline constexpr std::uint64_t kKiB = 1024;
inline constexpr std::uint64_t kMiB = 1024 * kKiB;
inline constexpr std::uint64_t kGiB = 1024 * kMiB;

/// Reads `4096`, `64K`, `256M`, `256MiB`, `2G`, `1T` (powers of 1024); anything else is nullopt.
std::optional<std::uint64_t> parse_byte_size(std::string_view text);

/// For people: `184 MiB`, `3.4 GiB`.
std::string format_byte_size(std::uint64_t bytes);

}  // namespace fhirehose::core
