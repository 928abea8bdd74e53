#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/resource_key.hpp"
#include "core/resource_type.hpp"

namespace fhirehose::target {

/// A 128-bit number that stands for a set of resources: the sum, modulo 2^128, of the hashes of
/// each one's (type, id, content). Independent of order, and kept up to date by adding and taking
/// away.
struct ContentHash {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  ContentHash& operator+=(const ContentHash& other);
  ContentHash& operator-=(const ContentHash& other);
  bool operator==(const ContentHash&) const = default;
  /// 32 hexadecimal digits.
  [[nodiscard]] std::string text() const;
};

/// The hash of one resource; `key` is key_of(type, its id), `content` its bytes as stored.
ContentHash hash_of(core::ResourceType type, const core::ResourceKey& key,
                    std::string_view content);

}  // namespace fhirehose::target
