#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace fhirehose::target {

/// The parts of `list`, a string or a view, between separators; an empty one where two meet.
template <class Text>
std::vector<Text> split(const Text& list, char separator) {
  std::vector<Text> parts;
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t end = std::min(list.find(separator, at), list.size());
    parts.push_back(list.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

}  // namespace fhirehose::target
