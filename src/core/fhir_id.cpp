#include "core/fhir_id.hpp"

#include <cstdint>
#include <cstring>

namespace fhirehose::core {
namespace {

/// Characters that are looked at together (a vector of gcc's and clang's, for any processor).
using Characters [[gnu::vector_size(16)]] = std::uint8_t;

// Differences wrap around, so that each compares with both ends of a range. `-` and `.` are
// neighbours, and so are a letter's two cases but for one bit.
auto are_digits(Characters c) { return c - '0' < 10; }
auto are_legal(Characters c) { return are_digits(c) | (c - '-' < 2) | ((c | 0x20) - 'a' < 26); }

/// `size` characters at most of a block; the others are digits.
Characters characters_at(const char* at, std::size_t size = sizeof(Characters)) {
  Characters characters = Characters{} + '0';
  std::memcpy(&characters, at, size);
  return characters;
}

template <class Mask>
bool all_set(const Mask& mask) {
  std::uint64_t halves[2];
  static_assert(sizeof(mask) == sizeof(halves));
  std::memcpy(halves, &mask, sizeof(mask));
  return (halves[0] & halves[1]) == ~std::uint64_t{0};
}

/// Whether `are` holds for each of them. The last block overlaps the one before.
template <class Are>
bool all_of(std::string_view text, Are are) {
  constexpr std::size_t kBlock = sizeof(Characters);
  if (text.size() < kBlock) return all_set(are(characters_at(text.data(), text.size())));
  for (std::size_t i = 0; i + kBlock < text.size(); i += kBlock) {
    if (!all_set(are(characters_at(text.data() + i)))) return false;
  }
  return all_set(are(characters_at(text.data() + text.size() - kBlock)));
}

bool has_legal_length(std::string_view text) {
  return !text.empty() && text.size() <= kMaxIdLength;
}

}  // namespace

bool is_legal_id(std::string_view text) {
  return has_legal_length(text) && all_of(text, are_legal);
}

bool is_numeric_id(std::string_view text) {
  return has_legal_length(text) && all_of(text, are_digits);
}

}  // namespace fhirehose::core
