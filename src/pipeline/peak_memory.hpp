#pragma once

#include <cstdint>

namespace fhirehose::pipeline {

/// The most bytes that this process has had in memory so far (getrusage's maxrss).
std::uint64_t peak_memory();

}  // namespace fhirehose::pipeline
