#pragma once

#include <cstdint>
#include <string_view>

namespace fhirehose::record {

/// Steps over the members of one object by structure alone, in bytes that may end before it does.
class MemberCursor {
 public:
  enum class Step : std::uint8_t {
    kMember,   ///< key() and value() are there
    kClosed,   ///< the object's `}` was passed
    kStarved,  ///< the bytes end within what comes next; at() is where that starts
    kLost,     ///< what comes next is no member
  };

  /// `at` is behind the object's `{`, or behind one of its members.
  MemberCursor(const char* at, const char* end) : at_(at), end_(end) {}

  Step next();
  /// Passes over the member's value: kMember, kStarved or kLost.
  Step skip_value();
  /// Likewise, and goes to what comes next.
  Step next_behind_value();

  [[nodiscard]] std::string_view key() const { return key_; }  ///< as spelled
  [[nodiscard]] const char* value() const { return value_; }   ///< its first byte
  /// Behind all that was passed: blanks, commas, members with their values.
  [[nodiscard]] const char* at() const { return at_; }
  /// After kStarved: whether the bytes end between a string's quotes.
  [[nodiscard]] bool in_string() const { return in_string_; }

 private:
  Step starve();
  Step read_key();

  const char* at_;
  const char* end_;
  std::string_view key_;
  const char* value_ = nullptr;
  bool in_string_ = false;
};

/// One past the number or literal at `at`, or nullptr when nothing but blanks follows it: so that
/// what is broken there starts at the same byte whether blanks were seen or not.
const char* scalar_end(const char* at, const char* end);

}  // namespace fhirehose::record
