#include "record/json_string.hpp"

#include <cstdint>
#include <optional>

namespace fhirehose::record {
namespace {

/// One escape: what it stands for, and how many bytes it takes.
struct Escape {
  std::uint32_t code = 0;
  std::size_t length = 0;
};

constexpr std::size_t kUnit = 6;  // \uXXXX

std::optional<std::uint32_t> hexadecimal_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  if (lower >= 'a' && lower <= 'f') return lower - 'a' + 10;
  return std::nullopt;
}

/// The UTF-16 code unit of a `\uXXXX` at the front of `text`.
std::optional<std::uint32_t> code_unit(std::string_view text) {
  if (text.size() < kUnit || !text.starts_with("\\u")) return std::nullopt;
  std::uint32_t unit = 0;
  for (const char c : text.substr(2, 4)) {
    const auto digit = hexadecimal_digit(c);
    if (!digit) return std::nullopt;
    unit = unit << 4 | *digit;
  }
  return unit;
}

std::optional<Escape> unicode_escape(std::string_view text) {
  const auto high = code_unit(text);
  if (!high) return std::nullopt;
  if (*high < 0xD800 || *high > 0xDFFF) return Escape{*high, kUnit};
  const auto low = code_unit(text.substr(kUnit));
  if (*high > 0xDBFF || !low || *low < 0xDC00 || *low > 0xDFFF) return std::nullopt;
  return Escape{0x10000 + ((*high - 0xD800) << 10) + (*low - 0xDC00), 2 * kUnit};
}

/// The escape at the front of `text`, which starts with a backslash.
std::optional<Escape> read_escape(std::string_view text) {
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  if (text.size() < 2) return std::nullopt;
  if (text[1] == 'u') return unicode_escape(text);
  const std::size_t letter = kLetters.find(text[1]);
  if (letter == std::string_view::npos) return std::nullopt;
  return Escape{static_cast<std::uint32_t>(kMeanings[letter]), 2};
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto append = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) return append(code);
  if (code < 0x800) {
    append(0xC0 | code >> 6);
  } else {
    if (code < 0x10000) {
      append(0xE0 | code >> 12);
    } else {
      append(0xF0 | code >> 18);
      append(0x80 | (code >> 12 & 0x3F));
    }
    append(0x80 | (code >> 6 & 0x3F));
  }
  append(0x80 | (code & 0x3F));
}

}  // namespace

std::size_t find_bad_escape(std::string_view raw, std::size_t at) {
  while ((at = raw.find('\\', at)) != std::string_view::npos) {
    const auto escape = read_escape(raw.substr(at));
    if (!escape) return at;
    at += escape->length;
  }
  return std::string_view::npos;
}

std::string unescape(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  while (!raw.empty()) {
    const auto escape = raw.front() == '\\' ? read_escape(raw) : std::nullopt;
    if (escape) {
      append_utf8(out, escape->code);
    } else {
      out += raw.front();
    }
    raw.remove_prefix(escape ? escape->length : 1);
  }
  return out;
}

bool spells(std::string_view raw, std::string_view name) {
  // Each escape is longer than what it stands for.
  if (raw.size() <= name.size()) return raw == name;
  return raw.find('\\') != std::string_view::npos && unescape(raw) == name;
}

}  // namespace fhirehose::record
