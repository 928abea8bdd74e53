#include "record/form.hpp"

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

/// What a resourceType says of its object. A Bundle with entries before it has to be whole.
Probe probe_type(std::string_view text, const char* value, bool entry_first) {
  const char* const end = text.data() + text.size();
  const std::string_view type = string_at(value, end);
  if (type.data() == nullptr) return {};
  if (!spells(type, "Bundle")) return {Form::kOpaque, type};
  const bool known = !entry_first || container_end(text.data(), end) != nullptr;
  return {known ? Form::kBundle : Form::kUnknown, type};
}

}  // namespace

Probe probe(std::string_view text) {
  if (text.front() == '[') return {Form::kArray, {}};
  MemberCursor members(text.data() + 1, text.data() + text.size());
  bool entry_first = false;
  MemberCursor::Step step = members.next();
  for (; step == MemberCursor::Step::kMember; step = members.next()) {
    const char* const value = members.value();
    const bool is_type = *value == '"' && spells(members.key(), "resourceType");
    if (is_type) return probe_type(text, value, entry_first);
    entry_first = entry_first || (*value == '[' && spells(members.key(), "entry"));
    step = members.skip_value();
    if (step != MemberCursor::Step::kMember) break;
  }
  if (step == MemberCursor::Step::kStarved) return {};
  return {Form::kOpaque, {}};
}

}  // namespace fhirehose::record
