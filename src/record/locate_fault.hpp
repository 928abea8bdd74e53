#pragma once

#include <cstddef>
#include <string_view>

namespace fhirehose::record {

// Each finds the byte that simdjson only says to be somewhere in `text`; its size if nowhere.

/// The first byte that does not belong to well-formed UTF-8 (RFC 3629).
std::size_t find_invalid_utf8(std::string_view text);

/// The first byte below 0x20 between a string's quotes.
std::size_t find_control_character(std::string_view text);

/// The opening quote of the string that the text ends in.
std::size_t find_unclosed_string(std::string_view text);

}  // namespace fhirehose::record
