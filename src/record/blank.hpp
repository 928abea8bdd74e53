#pragma once

#include <string_view>

namespace fhirehose::record {

/// What RFC 8259 lets stand between tokens.
constexpr bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// The first byte in [at, end) that is not blank, or `end`.
inline const char* skip_blanks(const char* at, const char* end) {
  while (at != end && is_blank(*at)) ++at;
  return at;
}

/// The first byte in [at, end) that is neither blank nor a comma, or `end`.
inline const char* skip_separators(const char* at, const char* end) {
  while (at != end && (is_blank(*at) || *at == ',')) ++at;
  return at;
}

/// Behind the last byte in [begin, end) that is not blank, or `begin`.
inline const char* last_not_blank(const char* begin, const char* end) {
  while (end != begin && is_blank(end[-1])) --end;
  return end;
}

/// `text` without blanks at both ends and without byte order marks at its front.
inline std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  while (true) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    if (!text.starts_with(kByteOrderMark)) return text;
    text.remove_prefix(kByteOrderMark.size());
  }
}

}  // namespace fhirehose::record
