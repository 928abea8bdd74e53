#pragma once

#include <vector>

#include "core/resource_type.hpp"
#include "order/type_set.hpp"

namespace fhirehose::order {

/// Types that go at the same time: the types of a circle of references, and those that follow one
/// another in the order and do not refer to each other.
using TypeGroup = std::vector<core::ResourceType>;

/// The order in which the `present` types go, so that what is referred to is there first. `refers`
/// is what the look saw in this very input; among types that wait for nothing the customary order
/// decides, and only types of one of its sections go together, as references may be there that
/// nobody could see. A type of `untold` goes alone. An ExplanationOfBenefit always comes after
/// Patient. Deterministic.
std::vector<TypeGroup> load_order(const TypeSet& present, const TypeReferences& refers);

}  // namespace fhirehose::order
