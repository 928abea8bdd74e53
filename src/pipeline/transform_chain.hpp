#pragma once

#include "fhirehose/options.hpp"
#include "transform/identity.hpp"
#include "transform/transform.hpp"

namespace fhirehose::pipeline {

/// What is changed in each record on its way, in order. `identity` outlives it. `dates_itself`: as
/// the target's traits say.
transform::Chain make_chain(const LoadOptions& options, const transform::Identity& identity,
                            bool dates_itself);

}  // namespace fhirehose::pipeline
