#include "record/locate_fault.hpp"

#include <algorithm>

#include <simdjson.h>

namespace fhirehose::record {
namespace {

constexpr std::size_t kLongestSequence = 4;

/// Length of the well-formed sequence at the front of `text`, or 0.
std::size_t sequence_length(std::string_view text) {
  for (std::size_t length = 1; length <= std::min(kLongestSequence, text.size()); ++length) {
    if (simdjson::validate_utf8(text.data(), length)) return length;
  }
  return 0;
}

/// Calls `see(place, in_string)` for each byte that no backslash escapes, until it says true.
template <class See>
std::size_t find_in_strings(std::string_view text, See see) {
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (see(i, in_string)) return i;
    if (text[i] == '"') in_string = !in_string;
    if (text[i] == '\\') ++i;
  }
  return text.size();
}

}  // namespace

std::size_t find_invalid_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = sequence_length(text.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return at;
}

std::size_t find_control_character(std::string_view text) {
  return find_in_strings(text, [text](std::size_t i, bool in_string) {
    return in_string && static_cast<unsigned char>(text[i]) < 0x20;
  });
}

std::size_t find_unclosed_string(std::string_view text) {
  std::size_t opening = text.size();
  find_in_strings(text, [&](std::size_t i, bool in_string) {
    if (text[i] == '"' && !in_string) opening = i;
    return false;
  });
  return opening;
}

}  // namespace fhirehose::record
