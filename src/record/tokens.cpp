#include "record/tokens.hpp"

#include <algorithm>

#include "record/json_string.hpp"

namespace fhirehose::record {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

const char* skip_digits(const char* at, const char* end) {
  while (at != end && is_digit(*at)) ++at;
  return at;
}

/// RFC 8259, section 6: an optional sign, no leading zeros, at least one digit in each part. Only
/// the spelling is checked: any size and precision is a number.
bool is_number(const char* at, const char* end) {
  if (at != end && *at == '-') ++at;
  const char* const integer = at;
  at = skip_digits(at, end);
  if (at == integer || (*integer == '0' && at != integer + 1)) return false;
  if (at != end && *at == '.') {
    const char* const fraction = ++at;
    at = skip_digits(at, end);
    if (at == fraction) return false;
  }
  if (at != end && (*at | 0x20) == 'e') {
    ++at;
    if (at != end && (*at == '+' || *at == '-')) ++at;
    const char* const exponent = at;
    at = skip_digits(at, end);
    if (at == exponent) return false;
  }
  return at == end;
}

}  // namespace

Token Tokens::skip_scalar(Token at) {
  if (is_end(at)) return fail("a value is missing", at);
  const char* const begin = text_ + *at;
  const char* const end = last_not_blank(begin, text_ + at[1]);
  if (is_number(begin, end)) return at + 1;
  const std::string_view spelled(begin, static_cast<std::size_t>(end - begin));
  if (spelled == "true" || spelled == "false" || spelled == "null") return at + 1;
  return fail("what stands here is no JSON value", at);
}

Token Tokens::go_on(Token at, const char* what) {
  if (at != end_ || !has_more()) return fail(what, at);
  if (const Fault fault = more_->read_on(); fault.what != nullptr) {
    fault_ = fault;
    return nullptr;
  }
  first_ = more_->tokens().data();
  end_ = first_ + more_->tokens().size();
  return first_;
}

Token Tokens::fail(const char* what, Token at) {
  fault_ = {what, *std::min(at, end_)};
  return nullptr;
}

bool Tokens::check_escapes(std::string_view spelled) {
  const auto begin = static_cast<std::size_t>(spelled.data() - text_);
  // One before this string stood outside of any: its token fails when the walk gets there.
  const std::size_t bad = find_bad_escape(spelled, std::max(backslash_, begin) - begin);
  if (bad != std::string_view::npos) {
    fault_ = {"an escape is not one of JSON", begin + bad};
    return false;
  }
  backslash_ = text().find('\\', begin + spelled.size());
  return true;
}

bool Tokens::fail_string(Token at) {
  fail(is_end(at) ? "a string is missing at the end" : "a string is expected", at);
  return false;
}

}  // namespace fhirehose::record
