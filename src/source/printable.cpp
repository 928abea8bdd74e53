#include "source/printable.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace fhirehose::source {
namespace {

/// RFC 3629: C0, C1 and F5 to FF begin nothing. 0: neither does this one.
std::size_t length_by_first_byte(unsigned char byte) {
  if (byte < 0x80) return 1;
  if (byte >= 0xC2 && byte < 0xE0) return 2;
  if (byte >= 0xE0 && byte < 0xF0) return 3;
  return byte >= 0xF0 && byte < 0xF5 ? 4 : 0;
}

/// There is a shorter form, which is the only one that counts.
bool is_overlong(std::uint32_t character, std::size_t length) {
  constexpr std::array<std::uint32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
  return character < kLeast[length];
}

/// What shows other than it stands there: surrogates, which UTF-8 does not have, what steers the
/// direction of writing (Unicode TR9), and the ends of lines and paragraphs.
bool misleads(std::uint32_t character) {
  constexpr std::array<std::pair<std::uint32_t, std::uint32_t>, 5> kRanges = {{
      {0x80, 0x9F},  // steer terminals as ESC does
      {0x200E, 0x200F},
      {0x2028, 0x202E},
      {0x2066, 0x2069},
      {0xD800, 0xDFFF},
  }};
  return std::ranges::any_of(kRanges, [&](const auto& range) {
    return range.first <= character && character <= range.second;
  });
}

/// The bytes of the character that `text` starts with; 0 if it starts with none that can be shown.
std::size_t shown_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t length = length_by_first_byte(first);
  if (length == 0 || length > text.size() || first < 0x20 || first == 0x7F) return 0;
  std::uint32_t character = first & (0x7FU >> (length == 1 ? 0 : length));
  for (std::size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0) != 0x80) return 0;
    character = character << 6 | (byte & 0x3FU);
  }
  return misleads(character) || is_overlong(character, length) ? 0 : length;
}

void append_escaped(char byte, std::string& out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto value = static_cast<unsigned char>(byte);
  out += "\\x";
  out += kDigits[value >> 4];
  out += kDigits[value & 0xF];
}

}  // namespace

std::string printable(std::string_view name) {
  std::string out;
  out.reserve(name.size());
  while (!name.empty()) {
    const std::size_t length = shown_length(name);
    if (length == 0) append_escaped(name[0], out);
    out += name.substr(0, length);
    name.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

}  // namespace fhirehose::source
