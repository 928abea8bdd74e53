#include "order/load_order.hpp"

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <utility>

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

/// Whether what comes next in the order may go together with the group before it.
bool may_join(const TypeGroup& next, const TypeGroup& group, const TypeReferences& refers) {
  return std::ranges::all_of(next, [&](ResourceType from) {
    return std::ranges::none_of(group, [&](ResourceType to) {
      const bool apart = customary_section(from) != customary_section(to) ||
                         refers.untold.test(core::index_of(from)) ||
                         refers.untold.test(core::index_of(to));
      return apart || refers.to[core::index_of(from)].test(core::index_of(to));
    });
  });
}

/// One circle behind the other, each with what it needs before it.
std::vector<TypeGroup> circles_in_order(const TypeSet& present, const TypeGraph& direct) {
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

}  // namespace

std::vector<TypeGroup> load_order(const TypeSet& present, const TypeReferences& refers) {
  TypeGraph direct = refers.to;
  direct[core::index_of(core::kExplanationOfBenefit)].set(core::index_of(core::kPatient));
  for (TypeSet& targets : direct) targets &= present;
  std::vector<TypeGroup> groups;
  for (TypeGroup& circle : circles_in_order(present, direct)) {
    if (!groups.empty() && may_join(circle, groups.back(), refers)) {
      groups.back().insert(groups.back().end(), circle.begin(), circle.end());
    } else {
      groups.push_back(std::move(circle));
    }
  }
  return groups;
}

}  // namespace fhirehose::order
