#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace fhirehose::record {

/// Some lines at the front of a text, found in one pass over their bytes.
struct LineScan {
  std::vector<std::size_t> ends;  ///< offset of each one's newline, or the end of the text
  std::size_t size = 0;           ///< bytes of all of them, newlines included
  /// Offset of the first backslash in them; npos: there is none.
  std::size_t backslash = std::string_view::npos;
};

/// Replaces `lines` by whole lines of `text`, which is not empty: one at least, more until they
/// come to about `enough` bytes. `text` must be followed by memory::kPadding readable bytes.
void scan_lines(std::string_view text, std::size_t enough, LineScan& lines);

}  // namespace fhirehose::record
