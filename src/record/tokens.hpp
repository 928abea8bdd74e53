#pragma once

#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string_view>

#include "record/blank.hpp"
#include "record/fault.hpp"

namespace fhirehose::record {

/// A string between its quotes, as spelled.
struct Spelled {
  std::string_view text;
  bool escaped = false;  ///< it has a backslash
};

/// The tokens of one text, in order, each checked to its last byte when it is taken. After a
/// `false` fault() tells, and nothing more may be taken.
class Tokens {
 public:
  Tokens() = default;
  /// `starts` as StructuralIndex::tokens gives them; they and `text` must outlive this.
  Tokens(std::string_view text, std::span<const std::uint32_t> starts)
      : text_(text.data()),
        next_(starts.data()),
        last_(starts.data() + starts.size()),
        size_(text.size()),
        backslash_(find_backslash(0)) {}

  /// The next token's first byte; 0 behind the last.
  [[nodiscard]] char peek() const { return next_ < last_ ? text_[*next_] : '\0'; }
  [[nodiscard]] bool done() const { return next_ >= last_; }
  /// Where the next token starts; the text's size behind the last.
  [[nodiscard]] std::size_t place() const { return next_ < last_ ? *next_ : size_; }
  /// Where the token taken last starts.
  [[nodiscard]] std::size_t taken() const { return next_[-1]; }
  [[nodiscard]] std::string_view text() const { return {text_, size_}; }
  /// Passes over a token of one byte.
  void skip() { ++next_; }

  /// Takes the string that comes next.
  bool take_string(Spelled& out);
  /// Takes the number, `true`, `false` or `null` that comes next.
  bool take_scalar();

  bool fail(const char* what, std::size_t offset) {
    fault_ = {what, offset};
    return false;
  }
  [[nodiscard]] const Fault& fault() const { return fault_; }

 private:
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

  [[nodiscard]] std::size_t find_backslash(std::size_t from) const;
  bool check_escapes(Spelled& out);
  bool fail_string();

  const char* text_ = nullptr;
  const std::uint32_t* next_ = nullptr;
  const std::uint32_t* last_ = nullptr;
  std::size_t size_ = 0;
  std::size_t backslash_ = kNone;  ///< the first one that is not checked yet: most texts have none
  Fault fault_;
};

inline std::size_t Tokens::find_backslash(std::size_t from) const {
  const void* const found = std::memchr(text_ + from, '\\', size_ - from);
  if (found == nullptr) return kNone;
  return static_cast<std::size_t>(static_cast<const char*>(found) - text_);
}

inline bool Tokens::take_string(Spelled& out) {
  if (peek() != '"') [[unlikely]] {
    return fail_string();
  }
  const char* const begin = text_ + *next_ + 1;
  ++next_;
  // The next token starts behind the closing quote, most often right behind it.
  const char* end = text_ + *next_ - 1;
  while (is_blank(*end)) --end;
  if (end < begin || *end != '"') [[unlikely]] {
    --next_;
    return fail_string();
  }
  out.text = std::string_view(begin, static_cast<std::size_t>(end - begin));
  out.escaped = false;
  if (backslash_ < static_cast<std::size_t>(end - text_)) [[unlikely]] {
    return check_escapes(out);
  }
  return true;
}

}  // namespace fhirehose::record
