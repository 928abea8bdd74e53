#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace fhirehose::fuzz {

/// What one fuzzer does with one input: each NAME.cpp here defines it once. Aborts when what it
/// checks does not hold. Inputs may be any bytes; the result depends on them alone. One thread.
void run_one(std::string_view input);

/// Ends the process, so that libFuzzer and ctest alike see a finding, unless `holds`.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

/// Ends the process unless both are the same, and shows them.
inline void require_same(std::string_view one, std::string_view other, const char* what) {
  if (one == other) return;
  std::fprintf(stderr, "not the same:\n%.*s\n%.*s\n", static_cast<int>(one.size()), one.data(),
               static_cast<int>(other.size()), other.data());
  require(false, what);
}

}  // namespace fhirehose::fuzz
