#include "record/form.hpp"

#include <algorithm>
#include <array>

#include "record/blank.hpp"
#include "record/container_scan.hpp"
#include "record/json_string.hpp"
#include "record/member_cursor.hpp"

namespace fhirehose::record {
namespace {

/// The string at `value`, without its quotes; nullptr data when its end is not there.
std::string_view string_at(const char* value, const char* end) {
  const char* const behind = string_end(value + 1, end);
  if (behind == nullptr) return {};
  return {value + 1, static_cast<std::size_t>(behind - 1 - (value + 1))};
}

/// What a resourceType says of its object. A Bundle with entries before it that have not said so
/// has to be whole.
Probe probe_type(std::string_view text, const char* value, bool entry_first) {
  const char* const end = text.data() + text.size();
  const std::string_view type = string_at(value, end);
  if (type.data() == nullptr) return {};
  if (!spells(type, "Bundle")) return {Form::kOpaque, type};
  const bool known = !entry_first || container_end(text.data(), end) != nullptr;
  return {known ? Form::kBundle : Form::kUnknown, type};
}

/// http://hl7.org/fhir/R4/bundle.html: only a Bundle's `entry` has these members. (The other one,
/// of a List, has none of them.)
bool is_of_bundle_entry(std::string_view key) {
  constexpr std::array<std::string_view, 5> kKeys = {"fullUrl", "resource", "search", "request",
                                                     "response"};
  return std::ranges::any_of(kKeys, [key](std::string_view name) { return spells(key, name); });
}

/// What the first element of the `entry` at `value` says of its object; kOpaque: nothing.
Probe probe_entries(const char* value, const char* end) {
  const char* const first = skip_separators(value + 1, end);
  if (first == end) return {.form = Form::kUnknown, .element_due = true};
  if (*first != '{') return {.form = Form::kOpaque};
  MemberCursor members(first + 1, end);
  MemberCursor::Step step = members.next();
  for (; step == MemberCursor::Step::kMember; step = members.next_behind_value()) {
    if (is_of_bundle_entry(members.key())) return {.form = Form::kBundle};
  }
  return {.form = step == MemberCursor::Step::kStarved ? Form::kUnknown : Form::kOpaque};
}

}  // namespace

Probe probe(std::string_view text) {
  if (text.front() == '[') return {Form::kArray, {}};
  MemberCursor members(text.data() + 1, text.data() + text.size());
  bool entry_first = false;
  MemberCursor::Step step = members.next();
  for (; step == MemberCursor::Step::kMember; step = members.next_behind_value()) {
    const char* const value = members.value();
    const bool is_type = *value == '"' && spells(members.key(), "resourceType");
    if (is_type) return probe_type(text, value, entry_first);
    if (!entry_first && *value == '[' && spells(members.key(), "entry")) {
      const Probe entries = probe_entries(value, text.data() + text.size());
      if (entries.form != Form::kOpaque) return entries;
      entry_first = true;
    }
  }
  if (step == MemberCursor::Step::kStarved) return {};
  return {Form::kOpaque, {}};
}

}  // namespace fhirehose::record
