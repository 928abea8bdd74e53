#include "record/json_walk.hpp"

#include "record/blank.hpp"
#include "record/container_scan.hpp"
#include "record/json_string.hpp"

namespace fhirehose::record {
namespace {

const char* end_of(std::string_view text) { return text.data() + text.size(); }

std::size_t offset_of(const char* place, std::string_view text) {
  return static_cast<std::size_t>(place - text.data());
}

std::size_t after_blanks(std::string_view text, std::size_t at) {
  return offset_of(skip_blanks(text.data() + at, end_of(text)), text);
}

/// Behind the quote that closes the string whose text starts at `at`: one that an even number of
/// backslashes stands before.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  for (std::size_t from = at;;) {
    const std::size_t quote = text.find('"', from);
    std::size_t run = quote;
    while (run > at && text[run - 1] == '\\') --run;
    if ((quote - run) % 2 == 0) return quote + 1;
    from = quote + 1;
  }
}

/// Behind a number or a literal.
std::size_t end_of_plain(std::string_view text, std::size_t at) {
  while (at < text.size() && !is_blank(text[at]) && text[at] != ',' && text[at] != '}' &&
         text[at] != ']') {
    ++at;
  }
  return at;
}

}  // namespace

std::size_t end_of_value(std::string_view text, std::size_t at) {
  const char* const start = text.data() + at;
  switch (*start) {
    case '"':
      return end_of_string(text, at + 1);
    case '{':
    case '[':
      return offset_of(container_end(start, end_of(text)), text);
    default:
      return end_of_plain(text, at);
  }
}

std::string_view string_at(std::string_view text, std::size_t at) {
  if (text[at] != '"') return {};
  return text.substr(at + 1, end_of_value(text, at) - at - 2);
}

std::string_view plain_text(std::string_view raw, std::string& scratch) {
  if (raw.find('\\') == std::string_view::npos) return raw;
  scratch = unescape(raw);
  return scratch;
}

JsonChildren::JsonChildren(std::string_view text, std::size_t open)
    : text_(text), at_(open + 1), object_(text[open] == '{') {}

bool JsonChildren::next() {
  if (!first_) at_ = value_end();
  at_ = after_blanks(text_, at_);
  if (text_[at_] == '}' || text_[at_] == ']') return false;
  start_ = first_ ? at_ : after_blanks(text_, at_ + 1);
  first_ = false;
  value_ = start_;
  value_end_ = 0;
  if (object_) {
    key_ = string_at(text_, start_);
    const std::size_t colon = after_blanks(text_, start_ + key_.size() + 2);
    value_ = after_blanks(text_, colon + 1);
  }
  return true;
}

std::size_t JsonChildren::value_end() {
  if (value_end_ == 0) value_end_ = end_of_value(text_, value_);
  return value_end_;
}

}  // namespace fhirehose::record
