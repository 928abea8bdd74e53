#include "index/key_filter.hpp"

#include <algorithm>

namespace fhirehose::index {
namespace {

constexpr std::uint64_t kBytesOfKey = 3;
constexpr std::size_t kPlaceBits = 6;  ///< of a place in a word

/// The key's bit in the block's word `word`.
std::uint64_t bit_of(const core::ResourceKey& key, std::size_t word) {
  return std::uint64_t{1} << ((key.high >> (word * kPlaceBits)) & 63U);
}

}  // namespace

KeyFilter::KeyFilter(std::uint64_t keys, std::uint64_t most_bytes)
    : blocks_(std::max<std::uint64_t>(
          1, std::min(keys * kBytesOfKey + sizeof(Block) - 1, most_bytes) / sizeof(Block))) {}

std::size_t KeyFilter::block_of(const core::ResourceKey& key) const {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::size_t>(static_cast<Wide>(key.low) * blocks_.size() >> 64);
}

void KeyFilter::add(const core::ResourceKey& key) {
  Block& block = blocks_[block_of(key)];
  for (std::size_t word = 0; word < block.size(); ++word) block[word] |= bit_of(key, word);
}

bool KeyFilter::may_have(const core::ResourceKey& key) const {
  const Block& block = blocks_[block_of(key)];
  std::uint64_t lacking = 0;
  for (std::size_t word = 0; word < block.size(); ++word) {
    lacking |= bit_of(key, word) & ~block[word];
  }
  return lacking == 0;
}

}  // namespace fhirehose::index
