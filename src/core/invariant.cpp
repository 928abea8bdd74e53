#include "core/invariant.hpp"

#include <cstdio>
#include <cstdlib>

namespace fhirehose::core {

void broken_invariant(std::string_view what) {
  std::fprintf(stderr, "fhirehose: a bug: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

}  // namespace fhirehose::core
