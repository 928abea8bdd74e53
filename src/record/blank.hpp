#pragma once

#include <cstddef>
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

/// The first byte in [at, end) that is neither blank nor of a byte order mark, or `end`.
inline const char* skip_line_front(const char* at, const char* end) {
  while (true) {
    at = skip_blanks(at, end);
    if (!std::string_view(at, static_cast<std::size_t>(end - at)).starts_with(kByteOrderMark)) {
      return at;
    }
    at += kByteOrderMark.size();
  }
}

/// `text` without blanks at both ends and without byte order marks at its front.
inline std::string_view trim(std::string_view text) {
  const char* const end = last_not_blank(text.data(), text.data() + text.size());
  const char* const begin = skip_line_front(text.data(), end);
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace fhirehose::record
