#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/resource_key.hpp"

namespace fhirehose::index {

/// Remembers keys in three bytes each (a Bloom filter whose bits of one key share a cache line, one
/// in each of its words): one that was added is always known, another one is taken for known once
/// in some ten thousand times. Not to be changed while it is read.
class KeyFilter {
 public:
  /// For about so many keys. Takes `most_bytes` at most; with less than it would like, it is wrong
  /// more often.
  KeyFilter(std::uint64_t keys, std::uint64_t most_bytes);

  void add(const core::ResourceKey& key);
  [[nodiscard]] bool may_have(const core::ResourceKey& key) const;
  [[nodiscard]] std::uint64_t bytes() const { return blocks_.size() * sizeof(Block); }

 private:
  using Block = std::array<std::uint64_t, 8>;
  [[nodiscard]] std::size_t block_of(const core::ResourceKey& key) const;

  std::vector<Block> blocks_;
};

}  // namespace fhirehose::index
