#pragma once

#include "fhirehose/options.hpp"
#include "transform/identity.hpp"
#include "transform/transform.hpp"

namespace fhirehose::pipeline {

/// What is changed in each record on its way, in order. `identity` outlives it.
transform::Chain make_chain(const LoadOptions& options, const transform::Identity& identity);

}  // namespace fhirehose::pipeline
