#pragma once

#include <string_view>

namespace fhirehose::record {

/// Whether all of `text` is one JSON object as parse takes it: well-formed to its last byte (RFC
/// 8259), valid UTF-8, no member of its own twice, nested no deeper than ParseOptions allows. What
/// it means is not looked at. `text` is padded (memory::kPadding). Thread-safe.
bool is_well_formed(std::string_view text);

}  // namespace fhirehose::record
