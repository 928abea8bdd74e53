#pragma once

#include "core/resource_type.hpp"

namespace fhirehose::order {

/// R4's customary order of loading: providers, patients, visits, clinical, financial, provenance. A
/// lower number goes earlier; types of the same number don't refer to one another as a rule.
int customary_rank(core::ResourceType type);

}  // namespace fhirehose::order
