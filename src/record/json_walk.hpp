#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fhirehose::record {

/// A walk over JSON text that is already known to be well-formed (`RecordView::body`). Nothing is
/// checked again: on other text the answers mean nothing, and a walk may leave it. All offsets
/// count from the front of `text`.

/// The offset just after the value that starts at `at`: string, number, literal, object or array.
std::size_t end_of_value(std::string_view text, std::size_t at);

/// The text between the quotes of the string that starts at `at`; empty for any other value.
std::string_view string_at(std::string_view text, std::size_t at);

/// What a string's text stands for: itself where it has no escapes; else it is put into `scratch`.
std::string_view plain_text(std::string_view raw, std::string& scratch);

/// The members of an object or the elements of an array, one after the other.
class JsonChildren {
 public:
  /// `open` is the offset of the `{` or `[`.
  JsonChildren(std::string_view text, std::size_t open);

  /// Goes to the next child; false behind the last one.
  bool next();

  /// Where the child starts: a member's key, quote included, or an element.
  [[nodiscard]] std::size_t start() const { return start_; }
  /// A member's key between its quotes, as spelled; empty in an array.
  [[nodiscard]] std::string_view key() const { return key_; }
  /// Where the child's value starts.
  [[nodiscard]] std::size_t value() const { return value_; }
  /// Just after the child's value.
  [[nodiscard]] std::size_t value_end();
  /// Tells where the child's value ends, where the caller knows; else it is looked for.
  void set_value_end(std::size_t end) { value_end_ = end; }
  /// Just after the closing bracket. Only when next() has returned false.
  [[nodiscard]] std::size_t end() const { return at_ + 1; }

 private:
  std::string_view text_;
  std::size_t at_;  ///< behind the `{`, `[` or the last child; at the end, the closing bracket
  std::size_t start_ = 0;
  std::size_t value_ = 0;
  std::size_t value_end_ = 0;  ///< 0: not known yet
  std::string_view key_;
  bool object_;
  bool first_ = true;
};

}  // namespace fhirehose::record
