#pragma once

#include <cstdint>
#include <optional>

#include "record/drain.hpp"
#include "record/element_scan.hpp"

namespace fhirehose::record {

/// What a Splitter carries from one window to the next.
struct SplitState {
  enum class Mode : std::uint8_t { kUndecided, kLines, kDocuments };

  std::uint64_t max_record = kMaxRecord;
  Mark next;  ///< where the next window starts
  Mode mode = Mode::kUndecided;
  /// At most one of these three goes on in the next window.
  std::optional<ElementScan> elements;
  std::optional<Drain> drain;
  bool line_tail = false;  ///< behind a streamed line's value, before its newline
};

}  // namespace fhirehose::record
