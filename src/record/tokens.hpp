#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "record/blank.hpp"
#include "record/fault.hpp"
#include "record/json_string.hpp"
#include "record/structural_index.hpp"

namespace fhirehose::record {

/// A string between its quotes, as spelled.
struct Spelled {
  std::string_view text;
  bool escaped = false;  ///< it has a backslash
};

/// Whether `spelled`, its escapes undone, is `name`.
inline bool spells(const Spelled& spelled, std::string_view name) {
  if (spelled.escaped) return spells(spelled.text, name);
  return spelled.text.size() == name.size() &&
         std::memcmp(spelled.text.data(), name.data(), name.size()) == 0;
}

/// A place in the index of a text's tokens. Walks hand it on by value, so that it stays in a
/// register; nullptr says that there was a fault.
using Token = const std::uint32_t*;

/// The tokens of one text, each checked to its last byte when it is taken.
///
/// The index ends with two entries that stand for the end: the text's, or that of a piece. A walk
/// may look at what it takes for a token there, as the text is padded; it must ask is_end(), and
/// then go_on(), behind each value in a container, and so never gets further.
class Tokens {
 public:
  Tokens() = default;
  /// `index` has read `text` and is used for the rest of it; both must outlive this.
  Tokens(std::string_view text, StructuralIndex& index)
      : Tokens(text, index.tokens(), text.find('\\')) {
    more_ = &index;
  }
  /// Of a text that is indexed as a whole: `starts` as StructuralIndex::tokens gives them. They and
  /// `text` must outlive this. `backslash` is the offset of the first one; npos: there is none.
  Tokens(std::string_view text, std::span<const std::uint32_t> starts, std::size_t backslash)
      : text_(text.data()),
        first_(starts.data()),
        end_(starts.data() + starts.size()),
        size_(text.size()),
        backslash_(backslash) {}

  [[nodiscard]] Token first() const { return first_; }
  [[nodiscard]] bool is_end(Token at) const { return at >= end_; }
  /// Where a walk goes on that is at an end in a container. Notes the fault `what` and gives
  /// nullptr if that is the text's end.
  Token go_on(Token at, const char* what);
  /// Whether a walk that got to `at` took all tokens and nothing from behind them.
  [[nodiscard]] bool is_exact_end(Token at) const { return at == end_ && !has_more(); }
  /// The token's first byte.
  [[nodiscard]] char front(Token at) const { return text_[*at]; }
  [[nodiscard]] std::string_view text() const { return {text_, size_}; }

  /// Checks the string at `at`; false is a fault.
  bool read_string(Token at, Spelled& out);
  /// Checks the number, `true`, `false` or `null` at `at`; gives what follows.
  Token skip_scalar(Token at);

  /// Notes a fault at `at` and gives nullptr.
  Token fail(const char* what, Token at);
  [[nodiscard]] const Fault& fault() const { return fault_; }

 private:
  [[nodiscard]] bool has_more() const { return more_ != nullptr && more_->has_more(); }
  bool check_escapes(std::string_view spelled);
  bool fail_string(Token at);

  const char* text_ = nullptr;
  Token first_ = nullptr;
  Token end_ = nullptr;
  std::size_t size_ = 0;
  StructuralIndex* more_ = nullptr;  ///< null: it has been indexed as a whole
  std::size_t backslash_ =
      std::string_view::npos;  ///< the first one that is not checked yet: most texts have none
  Fault fault_;
};

inline bool Tokens::read_string(Token at, Spelled& out) {
  const char* const quote = text_ + *at;
  // The next token starts behind the closing quote, most often right behind it.
  const char* end = text_ + at[1] - 1;
  if (*end != '"') {
    while (is_blank(*end)) --end;
  }
  if (*quote != '"' || *end != '"' || end <= quote) [[unlikely]] {
    return fail_string(at);
  }
  const std::string_view text(quote + 1, static_cast<std::size_t>(end - quote - 1));
  if (backslash_ < static_cast<std::size_t>(end - text_)) [[unlikely]] {
    out = Spelled{text, true};
    return check_escapes(text);
  }
  out = Spelled{text, false};
  return true;
}

}  // namespace fhirehose::record
