#include "record/member_cursor.hpp"

#include "record/blank.hpp"
#include "record/container_scan.hpp"

namespace fhirehose::record {

const char* scalar_end(const char* at, const char* end) {
  constexpr std::string_view kEnds = ",:[]{}\" \t\r\n";
  while (at != end && kEnds.find(*at) == std::string_view::npos) {
    // As ContainerScan has it: what follows a backslash is no bracket and no quote.
    if (*at == '\\' && ++at == end) return nullptr;
    ++at;
  }
  return skip_blanks(at, end) == end ? nullptr : at;
}

MemberCursor::Step MemberCursor::next() {
  at_ = skip_separators(at_, end_);
  if (at_ == end_) return starve();
  if (*at_ == '}') {
    ++at_;
    return Step::kClosed;
  }
  return *at_ == '"' ? read_key() : Step::kLost;
}

MemberCursor::Step MemberCursor::read_key() {
  const char* const key_end = string_end(at_ + 1, end_);
  if (key_end == nullptr) {
    in_string_ = true;
    return Step::kStarved;
  }
  const char* const colon = skip_blanks(key_end, end_);
  if (colon == end_) return starve();
  if (*colon != ':') return Step::kLost;
  value_ = skip_blanks(colon + 1, end_);
  if (value_ == end_) return starve();
  key_ = std::string_view(at_ + 1, static_cast<std::size_t>(key_end - 1 - (at_ + 1)));
  return Step::kMember;
}

MemberCursor::Step MemberCursor::skip_value() {
  const char* behind = nullptr;
  if (*value_ == '{' || *value_ == '[') {
    ContainerScan scan;
    behind = scan.advance(value_, end_);
    in_string_ = scan.in_string();
  } else if (*value_ == '"') {
    behind = string_end(value_ + 1, end_);
    in_string_ = behind == nullptr;
  } else {
    behind = scalar_end(value_, end_);
    in_string_ = false;
    if (behind == value_) return Step::kLost;
  }
  if (behind == nullptr) return Step::kStarved;
  at_ = behind;
  return Step::kMember;
}

MemberCursor::Step MemberCursor::next_behind_value() {
  const Step step = skip_value();
  return step == Step::kMember ? next() : step;
}

MemberCursor::Step MemberCursor::starve() {
  in_string_ = false;
  return Step::kStarved;
}

}  // namespace fhirehose::record
