#include "index/key_filter.hpp"

#include <algorithm>

namespace fhirehose::index {
namespace {

constexpr std::uint64_t kBytesOfKey = 3;
constexpr int kBits = 7;       ///< of one key: as many as its upper half can place
constexpr int kPlaceBits = 9;  ///< of a place in a block of 512

/// Calls `use(word, bit)` for each bit of the key.
template <class Use>
void for_each_bit(const core::ResourceKey& key, Use use) {
  std::uint64_t places = key.high;
  for (int i = 0; i < kBits; ++i, places >>= kPlaceBits) {
    use((places >> 6) & 7U, std::uint64_t{1} << (places & 63U));
  }
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
  for_each_bit(key, [&](std::size_t word, std::uint64_t bit) { block[word] |= bit; });
}

bool KeyFilter::may_have(const core::ResourceKey& key) const {
  const Block& block = blocks_[block_of(key)];
  bool all = true;
  for_each_bit(key,
               [&](std::size_t word, std::uint64_t bit) { all = all && (block[word] & bit) != 0; });
  return all;
}

}  // namespace fhirehose::index
