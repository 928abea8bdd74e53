#pragma once

#include <cstddef>

namespace fhirehose::record {

/// What is wrong with a record's text, and at which byte of it; nullptr: nothing.
struct Fault {
  const char* what = nullptr;
  std::size_t offset = 0;
};

}  // namespace fhirehose::record
