#include "source/member_name.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>

namespace fhirehose::source {
namespace {

/// Windows separates with a backslash, and some zip writers there do too.
constexpr std::string_view kSeparators = "/\\";

/// Whether a part between separators is `wanted`.
template <class Wanted>
bool any_part(std::string_view name, Wanted wanted) {
  while (true) {
    const std::size_t end = std::min(name.find_first_of(kSeparators), name.size());
    if (wanted(name.substr(0, end))) return true;
    if (end == name.size()) return false;
    name.remove_prefix(end + 1);
  }
}

/// `C:\` or `C:/`; a bare colon is good in a Unix name.
bool has_drive(std::string_view name) {
  return name.size() >= 3 && std::isalpha(static_cast<unsigned char>(name[0])) != 0 &&
         name[1] == ':' && kSeparators.find(name[2]) != std::string_view::npos;
}

}  // namespace

bool is_no_content(std::string_view name) {
  if (name.ends_with('/')) return true;
  return any_part(
      name, [](std::string_view part) { return part == kFinderFolder || part == kFinderFile; });
}

std::string why_unsafe(std::string_view name) {
  if (name.empty()) return "has no name";
  if (name.find_first_of(kSeparators) == 0 || has_drive(name)) {
    return "has an absolute path for a name, as attacks do";
  }
  if (any_part(name, [](std::string_view part) { return part == ".."; })) {
    return "has a name that leads out of its archive, as attacks do";
  }
  return {};
}

}  // namespace fhirehose::source
