#include "order/load_order.hpp"

#include <algorithm>
#include <cstddef>
#include <tuple>

#include "order/customary.hpp"

namespace fhirehose::order {
namespace {

using core::ResourceType;

constexpr std::size_t kTypes = core::kResourceTypeCount;

/// What each type needs before it, directly or not (Warshall; 146 types make it a matter of
/// microseconds).
TypeGraph closure(TypeGraph reach) {
  for (std::size_t via = 0; via < kTypes; ++via) {
    if (reach[via].none()) continue;
    for (std::size_t from = 0; from < kTypes; ++from) {
      if (reach[from].test(via)) reach[from] |= reach[via];
    }
  }
  return reach;
}

/// `type` and every type of `waiting` that it needs and that needs it.
TypeSet circle_of(std::size_t type, const TypeSet& waiting, const TypeGraph& reach) {
  TypeSet circle;
  circle.set(type);
  for (std::size_t other = 0; other < kTypes; ++other) {
    const bool mutual = reach[type].test(other) && reach[other].test(type);
    if (mutual && waiting.test(other)) circle.set(other);
  }
  return circle;
}

std::vector<ResourceType> in_customary_order(const TypeSet& types) {
  std::vector<ResourceType> list;
  for (std::size_t i = 0; i < kTypes; ++i) {
    if (types.test(i)) list.push_back(static_cast<ResourceType>(i));
  }
  std::ranges::sort(list, {}, [](ResourceType type) {
    return std::tuple(customary_rank(type), core::index_of(type));
  });
  return list;
}

}  // namespace

std::vector<TypeGroup> load_order(const TypeSet& present, const TypeGraph& refers) {
  TypeGraph direct = refers;
  direct[core::index_of(core::kExplanationOfBenefit)].set(core::index_of(core::kPatient));
  for (TypeSet& targets : direct) targets &= present;
  const TypeGraph reach = closure(direct);

  std::vector<TypeGroup> groups;
  TypeSet waiting = present;
  while (waiting.any()) {
    // The condensed graph has no circle, so one of these always waits for nobody but its own
    // circle.
    for (const ResourceType type : in_customary_order(waiting)) {
      const TypeSet circle = circle_of(core::index_of(type), waiting, reach);
      if ((reach[core::index_of(type)] & waiting & ~circle).any()) continue;
      groups.push_back(in_customary_order(circle));
      waiting &= ~circle;
      break;
    }
  }
  return groups;
}

}  // namespace fhirehose::order
