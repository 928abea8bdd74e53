#pragma once

#include <memory>

#include "fhirehose/load.hpp"
#include "index/load_plan.hpp"
#include "index/look.hpp"
#include "index/survey.hpp"
#include "pipeline/reading.hpp"

namespace fhirehose::pipeline {

/// What the look decides by.
struct LookRules {
  index::DuplicateRule duplicates = index::DuplicateRule::kNewest;
  index::UrnReach urns = index::UrnReach::kBundle;
};

/// The first pass: source -> split -> parse -> index, over all members, in any order. Runs on the
/// calling thread's task arena and returns when everything has been seen. `survey`, where there is
/// one, sees the same.
std::unique_ptr<const index::LoadPlan> look_pass(const Input& input, const LookRules& rules,
                                                 Progress& progress,
                                                 index::Survey* survey = nullptr);

}  // namespace fhirehose::pipeline
