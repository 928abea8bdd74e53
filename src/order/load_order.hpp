#pragma once

#include <vector>

#include "core/resource_type.hpp"
#include "order/type_set.hpp"

namespace fhirehose::order {

/// Types that may go at the same time: one type, or the types of a circle of references.
using TypeGroup = std::vector<core::ResourceType>;

/// The order in which the `present` types go, so that what is referred to is there first. `refers`
/// is what the look saw in this very input; its circles are condensed to one group each; among
/// types that wait for nothing the customary order decides. An ExplanationOfBenefit always comes
/// after Patient. Deterministic.
std::vector<TypeGroup> load_order(const TypeSet& present, const TypeGraph& refers);

}  // namespace fhirehose::order
