#include "pipeline/phases.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>

#include <fmt/format.h>

#include "core/resource_key.hpp"
#include "order/customary.hpp"
#include "order/load_order.hpp"

namespace fhirehose::pipeline {
namespace {

using index::LoadPlan;
using order::TypeSet;

/// Types that a member brings outside of transactions that are kept whole.
TypeSet loose_types(const LoadPlan& plan, std::uint32_t member, const sink::Traits& traits) {
  TypeSet types = plan.members[member].loose_types;
  // Transactions that exceed the target's limits go record by record.
  const auto first = plan.bundles.lower_bound({member, 0});
  const auto last = plan.bundles.lower_bound({member + 1, 0});
  const bool all_whole = first != last && std::all_of(first, last, [&](const auto& bundle) {
                           return bundle.second.entries <= traits.atomic_entries &&
                                  bundle.second.bytes <= traits.atomic_bytes;
                         });
  if (!all_whole) types |= plan.members[member].bundle_types;
  return types;
}

Phase everything(const LoadPlan& plan) {
  Phase phase;
  phase.members.resize(plan.members.size());
  std::iota(phase.members.begin(), phase.members.end(), 0U);
  return phase;
}

Phase phase_of_types(const order::TypeGroup& group, const std::vector<TypeSet>& loose) {
  Phase phase;
  phase.takes = Phase::Takes::kTypes;
  for (const core::ResourceType type : group) phase.types.set(core::index_of(type));
  for (std::uint32_t member = 0; member < loose.size(); ++member) {
    if ((loose[member] & phase.types).any()) phase.members.push_back(member);
  }
  return phase;
}

Phase phase_of_transactions(const LoadPlan& plan, const WholeTransactions& whole) {
  Phase phase;
  phase.takes = Phase::Takes::kTransactions;
  for (std::uint32_t member = 0; member < plan.members.size(); ++member) {
    if (whole.any_in(member)) phase.members.push_back(member);
  }
  return phase;
}

/// Transactions go behind the providers and the patients that stand for themselves.
bool goes_before_transactions(const Phase& phase) {
  for (std::size_t i = 0; i < phase.types.size(); ++i) {
    const bool early = order::customary_rank(static_cast<core::ResourceType>(i)) <=
                       order::customary_rank(core::kPatient);
    if (phase.types.test(i) && early) return true;
  }
  return false;
}

/// What refers to others goes before them: the order of loading backwards. All that is written has
/// been by then, so that nothing refers to what is deleted but what was there before.
void append_deletes(const LoadPlan& plan, std::vector<Phase>& phases) {
  std::vector<TypeSet> deleted;
  TypeSet all;
  for (const index::MemberFacts& member : plan.members) {
    deleted.push_back(member.deleted_types);
    all |= member.deleted_types;
  }
  if (all.none()) return;
  std::vector<order::TypeGroup> groups = order::load_order(all, plan.refers);
  std::ranges::reverse(groups);
  for (const order::TypeGroup& group : groups) {
    phases.push_back(phase_of_types(group, deleted));
    phases.back().takes = Phase::Takes::kDeletes;
  }
}

/// Every member is settled in exactly one phase, also one that holds nothing but rejected records.
void assign_first_visits(std::vector<Phase>& phases, std::uint32_t members) {
  std::set<std::uint32_t> unvisited;
  for (std::uint32_t member = 0; member < members; ++member)
    unvisited.insert(unvisited.end(), member);
  for (Phase& phase : phases) {
    for (const std::uint32_t member : phase.members) {
      if (unvisited.erase(member) > 0) phase.first_visits.insert(member);
    }
  }
  if (unvisited.empty()) return;
  if (phases.empty()) phases.emplace_back().takes = Phase::Takes::kTypes;
  Phase& first = phases.front();
  first.members.insert(first.members.end(), unvisited.begin(), unvisited.end());
  std::ranges::sort(first.members);
  first.first_visits.merge(unvisited);
}

}  // namespace

WholeTransactions::WholeTransactions(const LoadPlan& plan, const sink::Traits& traits)
    : plan_(plan), traits_(traits) {
  if (!traits.checks_references) return;
  for (const auto& [name, facts] : plan.bundles) {
    if (entries(name) > 0) members_.insert(name.member);
  }
}

std::uint32_t WholeTransactions::entries(const index::BundleName& name) const {
  if (!traits_.checks_references) return 0;
  const auto found = plan_.bundles.find(name);
  if (found == plan_.bundles.end()) return 0;
  const index::BundleFacts& facts = found->second;
  const bool fits = facts.entries <= traits_.atomic_entries && facts.bytes <= traits_.atomic_bytes;
  return fits ? facts.entries : 0;
}

bool takes(const Phase& phase, const record::RecordView& record, bool kept_whole) {
  const bool of_types = phase.types.test(core::index_of(record.type));
  switch (phase.takes) {
    case Phase::Takes::kTransactions:
      return kept_whole && !record.is_delete();
    case Phase::Takes::kTypes:
      return of_types && !kept_whole && !record.is_delete();
    case Phase::Takes::kDeletes:
      return of_types && record.is_delete();
    case Phase::Takes::kEverything:
      break;
  }
  return true;
}

std::vector<Phase> phases(const LoadPlan& plan, const sink::Traits& traits) {
  std::vector<Phase> list;
  if (!traits.checks_references) {
    list.push_back(everything(plan));
  } else {
    std::vector<TypeSet> loose;
    for (std::uint32_t member = 0; member < plan.members.size(); ++member) {
      loose.push_back(loose_types(plan, member, traits));
    }
    const TypeSet present = std::accumulate(loose.begin(), loose.end(), TypeSet{},
                                            [](TypeSet a, const TypeSet& b) { return a |= b; });
    for (const order::TypeGroup& group : order::load_order(present, plan.refers)) {
      list.push_back(phase_of_types(group, loose));
    }
    const WholeTransactions whole(plan, traits);
    if (whole.any()) {
      const auto behind =
          std::ranges::find_if(list.rbegin(), list.rend(), goes_before_transactions);
      list.insert(behind.base(), phase_of_transactions(plan, whole));
    }
    append_deletes(plan, list);
  }
  assign_first_visits(list, static_cast<std::uint32_t>(plan.members.size()));
  for (std::uint32_t number = 0; Phase & phase : list) phase.number = number++;
  return list;
}

std::vector<std::uint32_t> unsettled_members(const Phase& phase, const LoadPlan& plan,
                                             const SettledUnits& settled) {
  if (settled.none()) return phase.members;
  std::vector<std::uint32_t> members;
  std::ranges::copy_if(phase.members, std::back_inserter(members), [&](std::uint32_t member) {
    return settled.count(phase.number, member) < plan.chunks(member);
  });
  return members;
}

std::uint64_t fingerprint(const LoadPlan& plan, const std::vector<Phase>& phases) {
  std::string text = fmt::format("{}", plan.fingerprint());
  for (const Phase& phase : phases) {
    text += fmt::format(" {}:{}:{}:{}", static_cast<int>(phase.takes), phase.types.to_string(),
                        fmt::join(phase.members, ","), fmt::join(phase.first_visits, ","));
  }
  return core::stable_hash(text);
}

namespace {

std::string describe(const Phase& phase) {
  std::vector<std::string_view> names;
  if (phase.takes == Phase::Takes::kTransactions) names.emplace_back("transactions");
  if (phase.takes == Phase::Takes::kDeletes) names.emplace_back("DELETE");
  for (std::size_t i = 0; i < phase.types.size(); ++i) {
    if (phase.types.test(i)) names.push_back(core::kResourceTypeNames[i]);
  }
  return fmt::format("{}", fmt::join(names, " "));
}

}  // namespace

std::vector<std::string> describe(const std::vector<Phase>& phases) {
  std::vector<std::string> texts;
  for (const Phase& phase : phases) {
    if (phase.takes == Phase::Takes::kEverything) continue;
    // One of rejected records alone has no types.
    if (std::string text = describe(phase); !text.empty()) texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace fhirehose::pipeline
