#include "fhir-target/content_hash.hpp"

#include <array>
#include <cstring>

#include <fmt/format.h>

namespace fhirehose::target {

ContentHash& ContentHash::operator+=(const ContentHash& other) {
  low += other.low;
  high += other.high + (low < other.low ? 1 : 0);
  return *this;
}

ContentHash& ContentHash::operator-=(const ContentHash& other) {
  high -= other.high + (low < other.low ? 1 : 0);
  low -= other.low;
  return *this;
}

std::string ContentHash::text() const { return fmt::format("{:016x}{:016x}", high, low); }

ContentHash hash_of(core::ResourceType type, const core::ResourceKey& key,
                    std::string_view content) {
  // Hashed once more together: two resources that swap their contents must not add up alike.
  const core::ResourceKey body = core::key_of(type, content);
  const std::array<core::ResourceKey, 2> both = {key, body};
  std::array<char, sizeof(both)> bytes{};
  std::memcpy(bytes.data(), both.data(), bytes.size());
  const core::ResourceKey mixed = core::key_of(type, {bytes.data(), bytes.size()});
  return {mixed.high, mixed.low};
}

}  // namespace fhirehose::target
