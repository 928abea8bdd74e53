#pragma once

#include <cstdint>
#include <string>

#include "record/cut_writer.hpp"

namespace fhirehose::record {

/// What can't become a record, as far as it was passed over in windows that are gone.
struct Failing {
  Mark from;
  std::string front;  ///< its first bytes there, kKeptOfBroken at most

  /// The window is to be gone, and its rest, from where this starts or goes on, is of it.
  void keep_rest(const CutWriter& out);
  /// It ends before byte `end` of the member, which is in the window.
  void report(std::uint64_t end, const Reason& reason, CutWriter& out);
};

}  // namespace fhirehose::record
