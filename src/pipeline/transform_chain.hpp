#pragma once

#include "fhirehose/options.hpp"
#include "transform/transform.hpp"
#include "transform/urn_lookup.hpp"

namespace fhirehose::pipeline {

/// What is changed in each record on its way, in order. `urns` outlives it.
transform::Chain make_chain(const LoadOptions& options, const transform::UrnLookup& urns);

}  // namespace fhirehose::pipeline
