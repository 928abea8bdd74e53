#pragma once

#include <string>

#include "index/load_plan.hpp"

namespace fhirehose::pipeline {

/// What a look has seen, in a sentence for a person.
std::string look_text(const index::LoadPlan& plan, double seconds);

}  // namespace fhirehose::pipeline
