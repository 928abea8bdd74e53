#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

#include "core/resource_type.hpp"

namespace fhirehose::core {

/// 128-bit hash of (type, id): what makes two records the same resource. Two different resources
/// share one with a chance of 1e-20 in a load of a billion.
struct ResourceKey {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  auto operator<=>(const ResourceKey&) const = default;
};

ResourceKey key_of(ResourceType type, std::string_view id);

/// A 64-bit hash that is the same on every machine and in every run.
std::uint64_t stable_hash(std::string_view text);

/// 32 hexadecimal digits that stand for `content`: the id of a resource that came without one.
/// Where none would be a letter, which some servers refuse, the first one becomes g to p. Writes
/// exactly 32 characters to `out`.
void content_id(std::string_view content, char* out);
inline constexpr std::size_t kContentIdLength = 32;

}  // namespace fhirehose::core
