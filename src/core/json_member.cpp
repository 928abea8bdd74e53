#include "core/json_member.hpp"

#include <algorithm>
#include <charconv>

namespace fhirehose::core {
namespace {

/// Appends a character of the basic plane as UTF-8.
void append_utf8(std::string& out, std::uint32_t character) {
  const auto tail = [](std::uint32_t bits) { return static_cast<char>(0x80U | (bits & 0x3FU)); };
  if (character < 0x80) {
    out += static_cast<char>(character);
  } else if (character < 0x800) {
    out += static_cast<char>(0xC0U | (character >> 6U));
    out += tail(character);
  } else {
    out += static_cast<char>(0xE0U | (character >> 12U));
    out += tail(character >> 6U);
    out += tail(character);
  }
}

/// Walks a text from its front. What is asked of it and not there leaves it anywhere.
class JsonCursor {
 public:
  explicit JsonCursor(std::string_view text) : rest_(text) {}

  /// Puts it in front of the value of an object's member.
  bool find(std::string_view name) {
    if (!take('{')) return false;
    do {
      const auto key = string();
      if (!key || !take(':')) return false;
      if (*key == name) return true;
      if (!skip_value()) return false;
    } while (take(','));
    return false;
  }

  std::optional<std::string> string() {
    if (!take('"')) return std::nullopt;
    std::string text;
    while (!rest_.empty() && rest_.front() != '"') {
      const char c = next();
      if (c != '\\') {
        text += c;
      } else if (!unescape(text)) {
        return std::nullopt;
      }
    }
    if (!take('"')) return std::nullopt;
    return text;
  }

  /// Any value, as it stands there; empty where it ends early.
  std::string_view value() {
    skip_blanks();
    const std::string_view from = rest_;
    return skip_value() ? from.substr(0, from.size() - rest_.size()) : std::string_view();
  }

  /// A number, a word, or nothing.
  std::string_view scalar() {
    skip_blanks();
    const std::string_view word = rest_.substr(0, rest_.find_first_of(",]} \t\r\n"));
    rest_.remove_prefix(word.size());
    return word;
  }

 private:
  void skip_blanks() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size()));
  }

  bool take(char c) {
    skip_blanks();
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  char next() {
    const char c = rest_.empty() ? '\0' : rest_.front();
    rest_.remove_prefix(std::min<std::size_t>(1, rest_.size()));
    return c;
  }

  // Without recursion: an answer may nest as deep as it likes.
  bool skip_value() {
    std::size_t depth = 0;
    do {
      skip_blanks();
      if (rest_.empty()) return false;
      const char c = rest_.front();
      if (c == '"') {
        if (!string()) return false;
      } else if (c == '{' || c == '[') {
        ++depth;
        next();
      } else if (c == '}' || c == ']') {
        if (depth == 0) return false;
        --depth;
        next();
      } else if (c == ',' || c == ':') {
        next();
      } else {
        scalar();
      }
    } while (depth > 0);
    return true;
  }

  bool unescape(std::string& text) {
    constexpr std::string_view kLetters = "bfnrt";
    constexpr std::string_view kMeanings = "\b\f\n\r\t";
    const char c = next();
    if (c == 'u') return unescape_code(text);
    const std::size_t letter = kLetters.find(c);
    text += letter == std::string_view::npos ? c : kMeanings[letter];
    return c == '"' || c == '\\' || c == '/' || letter != std::string_view::npos;
  }

  // No address and no token has a character beyond the basic plane: half of one is refused.
  bool unescape_code(std::string& text) {
    constexpr std::size_t kDigits = 4;
    std::uint32_t code = 0;
    const std::string_view digits = rest_.substr(0, kDigits);
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, code, 16);
    if (error != std::errc() || stop != end || digits.size() < kDigits) return false;
    if (code >= 0xD800 && code <= 0xDFFF) return false;
    rest_.remove_prefix(kDigits);
    append_utf8(text, code);
    return true;
  }

  std::string_view rest_;
};

}  // namespace

std::optional<std::string> text_member(std::string_view json, std::string_view name) {
  JsonCursor cursor(json);
  if (!cursor.find(name)) return std::nullopt;
  return cursor.string();
}

std::optional<std::uint64_t> number_member(std::string_view json, std::string_view name) {
  JsonCursor cursor(json);
  if (!cursor.find(name)) return std::nullopt;
  std::string_view word = cursor.scalar();
  if (word.starts_with('"')) word.remove_prefix(1);
  std::uint64_t number = 0;
  const auto result = std::from_chars(word.data(), word.data() + word.size(), number);
  if (result.ec != std::errc()) return std::nullopt;
  return number;
}

std::string_view raw_member(std::string_view json, std::string_view name) {
  JsonCursor cursor(json);
  return cursor.find(name) ? cursor.value() : std::string_view();
}

}  // namespace fhirehose::core
