#pragma once

#include <string>
#include <string_view>

namespace fhirehose::core {

/// Appends `text` as a JSON string, quotes included (RFC 8259, section 7). Bytes that are not
/// UTF-8, as file names may have, become U+FFFD, so that the result is always valid JSON.
void append_json_string(std::string& out, std::string_view text);

}  // namespace fhirehose::core
