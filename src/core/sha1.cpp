#include "core/sha1.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>

namespace fhirehose::core {
namespace {

constexpr std::size_t kBlock = 64;
constexpr std::size_t kLengthBytes = 8;

using State = std::array<std::uint32_t, 5>;
using Block = std::array<std::uint8_t, kBlock>;

std::uint32_t big_endian(const std::uint8_t* bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 |
         std::uint32_t{bytes[2]} << 8 | std::uint32_t{bytes[3]};
}

/// The round's function and constant, section 5.
std::uint32_t mixed(std::size_t round, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  if (round < 20) return ((b & c) | (~b & d)) + 0x5A827999;
  if (round < 40) return (b ^ c ^ d) + 0x6ED9EBA1;
  if (round < 60) return ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDC;
  return (b ^ c ^ d) + 0xCA62C1D6;
}

void digest(State& state, const Block& block) {
  std::array<std::uint32_t, 80> words;
  for (std::size_t i = 0; i < 16; ++i) words[i] = big_endian(block.data() + 4 * i);
  for (std::size_t i = 16; i < words.size(); ++i) {
    words[i] = std::rotl(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
  }
  auto [a, b, c, d, e] = state;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::uint32_t next = std::rotl(a, 5) + mixed(i, b, c, d) + e + words[i];
    e = d;
    d = c;
    c = std::rotl(b, 30);
    b = a;
    a = next;
  }
  const State added{a, b, c, d, e};
  for (std::size_t i = 0; i < state.size(); ++i) state[i] += added[i];
}

void append_length(Block& block, std::uint64_t bits) {
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    block[kBlock - 1 - i] = static_cast<std::uint8_t>(bits >> (8 * i));
  }
}

}  // namespace

std::array<std::uint8_t, 20> sha1(std::string_view text) {
  State state{0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  const std::uint64_t bits = std::uint64_t{text.size()} * 8;
  Block block{};
  for (; text.size() >= kBlock; text.remove_prefix(kBlock)) {
    std::ranges::copy(text.substr(0, kBlock), block.begin());
    digest(state, block);
  }
  block.fill(0);
  std::ranges::copy(text, block.begin());
  block[text.size()] = 0x80;
  if (text.size() + 1 + kLengthBytes > kBlock) {
    digest(state, block);
    block.fill(0);
  }
  append_length(block, bits);
  digest(state, block);
  std::array<std::uint8_t, 20> hash{};
  for (std::size_t i = 0; i < hash.size(); ++i) {
    hash[i] = static_cast<std::uint8_t>(state[i / 4] >> (24 - 8 * (i % 4)));
  }
  return hash;
}

}  // namespace fhirehose::core
