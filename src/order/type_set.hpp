#pragma once

#include <array>
#include <bitset>

#include "core/resource_type.hpp"

namespace fhirehose::order {

using TypeSet = std::bitset<core::kResourceTypeCount>;

/// `graph[a]` holds b: some resource of type a refers to one of type b.
using TypeGraph = std::array<TypeSet, core::kResourceTypeCount>;

/// Who refers to whom, by type.
struct TypeReferences {
  TypeGraph to{};
  TypeSet untold;  ///< types with references that do not tell the type of what they name: `urn:`
};

}  // namespace fhirehose::order
