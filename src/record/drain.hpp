#pragma once

#include <cstdint>

#include "record/container_scan.hpp"
#include "record/cut_writer.hpp"
#include "record/failing.hpp"

namespace fhirehose::record {

/// Passes over one value that can't become a record, in bounded memory, and reports it as broken
/// when it has ended.
class Drain {
 public:
  enum class To : std::uint8_t { kLineEnd, kValueEnd, kMemberEnd };

  /// What stands before byte `passed` of the member was passed over already. For kValueEnd the
  /// first `at` is at a `{` or `[`.
  Drain(To to, Failing failing, std::uint64_t passed, const Reason& reason);

  /// Moves `at` as far as it goes in [at, end); true when the value has ended and was reported.
  bool advance(const char*& at, More more, CutWriter& out);

 private:
  const char* find_end(const char* at, const char* end);

  To to_;
  Failing failing_;
  std::uint64_t until_;  ///< behind the last byte that is not blank
  Reason reason_;
  ContainerScan scan_;
};

}  // namespace fhirehose::record
