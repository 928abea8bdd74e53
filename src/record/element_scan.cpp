#include "record/element_scan.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "record/blank.hpp"
#include "record/json_string.hpp"
#include "record/member_cursor.hpp"

namespace fhirehose::record {
namespace {

/// http://hl7.org/fhir/R4/valueset-bundle-type.html; responses are read like searchsets: kOther.
BundleType bundle_type(std::string_view code) {
  using Named = std::pair<std::string_view, BundleType>;
  constexpr std::array kTypes = {
      Named{"transaction", BundleType::kTransaction}, Named{"batch", BundleType::kBatch},
      Named{"collection", BundleType::kCollection},   Named{"searchset", BundleType::kSearchset},
      Named{"history", BundleType::kHistory},         Named{"document", BundleType::kDocument},
      Named{"message", BundleType::kMessage},
  };
  for (const auto& [name, type] : kTypes) {
    if (spells(code, name)) return type;
  }
  return BundleType::kOther;
}

}  // namespace

ElementScan::ElementScan(Form form, const Mark& start, std::uint64_t max_record)
    : form_(form),
      offset_(start.offset),
      max_record_(max_record),
      failing_{start, {}},
      passed_(start) {}

ElementScan::Progress ElementScan::advance(const char*& at, const char* end, CutWriter& out) {
  open_part(out);
  const char* const begin = at;
  Progress progress = Progress::kGoesOn;
  while (progress == Progress::kGoesOn) progress = step(at, end, out);
  const char* const last = last_not_blank(begin, at);
  if (last != begin) {
    passed_ = out.mark_of(last);
    last_byte_ = last[-1];
  }
  if (progress == Progress::kStarved && at == end && !is_in_long_value()) failing_ = {passed_, {}};
  if (form_ == Form::kBundle) {
    part_.type = type_;
    part_.complete = progress == Progress::kDone;
    out.cut().bundles.back() = part_;
  }
  return progress;
}

/// A window that goes on with a Bundle of which it already holds a part adds to that part.
void ElementScan::open_part(CutWriter& out) {
  if (form_ != Form::kBundle) return;
  auto& parts = out.cut().bundles;
  if (!parts.empty() && parts.back().offset == offset_) return;
  part_ = BundlePart{.offset = offset_};
  parts.push_back(part_);
}

ElementScan::Progress ElementScan::step(const char*& at, const char* end, CutWriter& out) {
  switch (inside_) {
    case Inside::kMembers:
      return member(at, end, out);
    case Inside::kElements:
      return element(at, end, out);
    case Inside::kLongMember:
    case Inside::kOddEntry:
    case Inside::kLongElement:
      return pass_long(at, end, out);
    case Inside::kNothing:
      break;
  }
  return enter(at);
}

ElementScan::Progress ElementScan::enter(const char*& at) {
  ++at;
  inside_ = form_ == Form::kBundle ? Inside::kMembers : Inside::kElements;
  return Progress::kGoesOn;
}

ElementScan::Progress ElementScan::member(const char*& at, const char* end, CutWriter& out) {
  // The limit counts from the key on, whether or not a window has ended before it.
  at = skip_separators(at, end);
  const char* const stop = limit(at, end);
  MemberCursor members(at, stop);
  MemberCursor::Step step = members.next();
  at = members.at();
  if (step == MemberCursor::Step::kClosed) return Progress::kDone;
  if (step == MemberCursor::Step::kLost) return lose(at, out);
  if (step == MemberCursor::Step::kStarved) {
    return stop == end ? starve(at, members.in_string(), out) : lose(at, out);
  }
  const char* const value = members.value();
  const bool is_entry = spells(members.key(), "entry");
  if (*value == '[' && is_entry) {
    at = value + 1;
    inside_ = Inside::kElements;
    return Progress::kGoesOn;
  }
  if (*value == '{' || *value == '[') {
    fail_from(is_entry ? value : at, out);
    at = value;
    long_value_ = ContainerScan();
    inside_ = is_entry ? Inside::kOddEntry : Inside::kLongMember;
    return Progress::kGoesOn;
  }
  step = members.skip_value();
  if (step == MemberCursor::Step::kLost) return lose(at, out);
  if (step == MemberCursor::Step::kStarved) {
    return stop == end ? starve(at, members.in_string(), out) : lose(at, out);
  }
  if (is_entry) out.broken(out.mark_of(value), out.offset_of(members.at()), Reason(kOddEntry));
  // Of two, parts of the Bundle that are gone by now know the first.
  const bool untold = type_ == BundleType::kUnknown;
  if (untold && *value == '"' && spells(members.key(), "type")) {
    type_ = bundle_type({value + 1, static_cast<std::size_t>(members.at() - 1 - (value + 1))});
  }
  at = members.at();
  return Progress::kGoesOn;
}

ElementScan::Progress ElementScan::element(const char*& at, const char* end, CutWriter& out) {
  if (out.is_full()) return Progress::kFull;
  at = skip_separators(at, end);
  if (at == end) {
    starve(at, false, out);
    element_due_ = true;
    return Progress::kStarved;
  }
  if (*at == '{') return object_element(at, end, out);
  if (*at != ']') return other_element(at, end, out);
  ++at;
  inside_ = Inside::kMembers;
  return form_ == Form::kBundle ? Progress::kGoesOn : Progress::kDone;
}

ElementScan::Progress ElementScan::object_element(const char*& at, const char* end,
                                                  CutWriter& out) {
  const char* const stop = limit(at, end);
  ContainerScan scan;
  const char* const behind = scan.advance(at, stop);
  if (behind == nullptr) {
    if (stop == end) return starve(at, scan.in_string(), out);
    fail_from(at, out);
    at = stop;
    long_value_ = scan;
    inside_ = Inside::kLongElement;
    return Progress::kGoesOn;
  }
  const bool entry = form_ == Form::kBundle;
  out.value(at, behind, entry ? static_cast<std::uint32_t>(out.cut().bundles.size()) : 0);
  part_.entries += 1;
  part_.bytes += static_cast<std::uint64_t>(behind - at);
  at = behind;
  return Progress::kGoesOn;
}

/// An element that is no object is broken on its own; what is no value at all ends the structure.
ElementScan::Progress ElementScan::other_element(const char*& at, const char* end, CutWriter& out) {
  const char* const stop = limit(at, end);
  const char* behind = nullptr;
  bool in_string = false;
  if (*at == '[') {
    ContainerScan scan;
    behind = scan.advance(at, stop);
    in_string = scan.in_string();
  } else if (*at == '"') {
    behind = string_end(at + 1, stop);
    in_string = behind == nullptr;
  } else {
    behind = scalar_end(at, stop);
    if (behind == at) return lose(at, out);
  }
  if (behind == nullptr) return stop == end ? starve(at, in_string, out) : lose(at, out);
  out.broken(out.mark_of(at), out.offset_of(behind),
             Reason(form_ == Form::kBundle ? "an entry of the Bundle is not an object"
                                           : "an element of the array is not an object"));
  at = behind;
  return Progress::kGoesOn;
}

ElementScan::Progress ElementScan::pass_long(const char*& at, const char* end, CutWriter& out) {
  const char* const behind = long_value_.advance(at, end);
  if (behind == nullptr) {
    in_string_ = long_value_.in_string();
    element_due_ = false;
    failing_.keep_rest(out);
    at = end;
    return Progress::kStarved;
  }
  at = behind;
  const Inside was = std::exchange(
      inside_, inside_ == Inside::kLongElement ? Inside::kElements : Inside::kMembers);
  if (was == Inside::kLongMember) return Progress::kGoesOn;
  const Reason reason = was == Inside::kOddEntry
                            ? Reason(kOddEntry)
                            : Reason::too_long(failing_.from.offset, max_record_);
  failing_.report(out.offset_of(behind), reason, out);
  return Progress::kGoesOn;
}

bool ElementScan::is_in_long_value() const {
  return inside_ == Inside::kLongMember || inside_ == Inside::kOddEntry ||
         inside_ == Inside::kLongElement;
}

ElementScan::Progress ElementScan::starve(const char* at, bool in_string, CutWriter& out) {
  in_string_ = in_string;
  element_due_ = false;
  fail_from(at, out);
  return Progress::kStarved;
}

ElementScan::Progress ElementScan::lose(const char* at, CutWriter& out) {
  fail_from(at, out);
  return Progress::kLost;
}

void ElementScan::fail_from(const char* at, CutWriter& out) { failing_ = {out.mark_of(at), {}}; }

const char* ElementScan::limit(const char* at, const char* end) const {
  return static_cast<std::uint64_t>(end - at) > max_record_ ? at + max_record_ : end;
}

}  // namespace fhirehose::record
