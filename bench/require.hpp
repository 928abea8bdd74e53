#pragma once

#include <cstdio>
#include <cstdlib>

namespace fhirehose::bench {

/// Ends the program where a benchmark's result is not what it has to be: its figures say nothing.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "wrong result: %s\n", what);
  std::abort();
}

}  // namespace fhirehose::bench
