#pragma once

#include <string_view>

namespace fhirehose::fuzz {

/// Whether RapidJSON reads on behind the first byte: it passes over each byte of a byte order mark,
/// even alone.
inline bool may_skip_front(std::string_view text) {
  return text.starts_with('\xEF') || text.starts_with('\xBB') || text.starts_with('\xBF');
}

}  // namespace fhirehose::fuzz
