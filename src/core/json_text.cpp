#include "core/json_text.hpp"

#include <cstdint>

#include <fmt/format.h>

namespace fhirehose::core {
namespace {

/// A lead byte's claim: how many bytes follow, and which second bytes are legal (RFC 3629: no
/// overlong forms, no surrogates, nothing above U+10FFFF).
struct Lead {
  std::size_t follow = 0;
  std::uint8_t least = 0x80;
  std::uint8_t most = 0xBF;
};

Lead lead_of(std::uint8_t byte) {
  if (byte >= 0xC2 && byte <= 0xDF) return {1};
  if (byte == 0xE0) return {2, 0xA0};
  if (byte == 0xED) return {2, 0x80, 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {2};
  if (byte == 0xF0) return {3, 0x90};
  if (byte == 0xF4) return {3, 0x80, 0x8F};
  if (byte >= 0xF1 && byte <= 0xF3) return {3};
  return {};
}

/// Length of the well-formed sequence of several bytes at the front of `text`, or 0.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const Lead lead = lead_of(byte(0));
  if (lead.follow == 0 || text.size() <= lead.follow) return 0;
  if (byte(1) < lead.least || byte(1) > lead.most) return 0;
  for (std::size_t i = 2; i <= lead.follow; ++i) {
    if (byte(i) < 0x80 || byte(i) > 0xBF) return 0;
  }
  return lead.follow + 1;
}

void append_ascii(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      if (static_cast<std::uint8_t>(c) < 0x20) {
        out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
      } else {
        out += c;
      }
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  out += '"';
  while (!text.empty()) {
    std::size_t used = 1;
    if (static_cast<std::uint8_t>(text.front()) < 0x80) {
      append_ascii(out, text.front());
    } else if (const std::size_t length = sequence_length(text); length != 0) {
      out += text.substr(0, length);
      used = length;
    } else {
      out += kReplacement;
    }
    text.remove_prefix(used);
  }
  out += '"';
}

}  // namespace fhirehose::core
