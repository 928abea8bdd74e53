#include "source/printable.hpp"

#include <cstddef>

namespace fhirehose::source {
namespace {

/// RFC 3629: C0, C1 and F5 to FF begin nothing. 0: neither does this one.
std::size_t length_by_first_byte(unsigned char byte) {
  if (byte < 0x80) return 1;
  if (byte >= 0xC2 && byte < 0xE0) return 2;
  if (byte >= 0xE0 && byte < 0xF0) return 3;
  return byte >= 0xF0 && byte < 0xF5 ? 4 : 0;
}

/// The bytes of the character that `text` starts with; 0 if it starts with none that can be shown.
std::size_t shown_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t length = length_by_first_byte(first);
  if (length == 0 || length > text.size() || first < 0x20 || first == 0x7F) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) return 0;
  }
  // U+0080 to U+009F steer terminals as ESC does.
  const bool control = first == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0;
  return control ? 0 : length;
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
