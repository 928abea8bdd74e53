#pragma once

#include <vector>

#include "core/json_writer.hpp"
#include "fhirehose/report.hpp"

namespace fhirehose::pipeline {

/// Adds the key `problems` and its array, as every report has it.
void append_problems(core::JsonWriter& json, const std::vector<Problem>& problems);

}  // namespace fhirehose::pipeline
