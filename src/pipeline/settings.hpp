#pragma once

#include <cstddef>
#include <cstdint>

namespace fhirehose::pipeline {

/// What both passes over the input share.
struct Settings {
  std::size_t threads = 1;       ///< that compute
  std::size_t window = 1 << 20;  ///< bytes inflated and cut at a time
  std::uint64_t memory = 256 << 20;
  std::uint64_t max_record = 256 << 20;
};

}  // namespace fhirehose::pipeline
