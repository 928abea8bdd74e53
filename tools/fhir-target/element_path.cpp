#include "fhir-target/element_path.hpp"

#include <vector>

namespace fhirehose::target {
namespace {

/// The closing quote of the string whose opening one is at `open`.
std::size_t closing_quote(std::string_view json, std::size_t open) {
  std::size_t at = open + 1;
  while (at < json.size() && json[at] != '"') at += json[at] == '\\' ? 2 : 1;
  return at;
}

/// What the open braces and brackets were the values of; empty for an array's elements.
std::vector<std::string_view> open_members(std::string_view json, std::size_t offset) {
  std::vector<std::string_view> open;
  std::string_view last;
  for (std::size_t at = 0; at + 1 < offset; ++at) {
    const char c = json[at];
    if (c == '"') {
      const std::size_t end = closing_quote(json, at);
      last = json.substr(at + 1, end - at - 1);
      at = end;
    } else if (c == '{' || c == '[') {
      open.push_back(last);
      last = {};
    } else if ((c == '}' || c == ']') && !open.empty()) {
      open.pop_back();
    } else if (c == ',') {  // what comes next is an element, or brings its own name
      last = {};
    }
  }
  return open;
}

}  // namespace

std::string element_path(std::string_view json, std::size_t offset) {
  std::string path;
  for (const std::string_view name : open_members(json, offset)) {
    if (name.empty()) continue;
    if (!path.empty()) path += '.';
    path += name;
  }
  return path;
}

}  // namespace fhirehose::target
