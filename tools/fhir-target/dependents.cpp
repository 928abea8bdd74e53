#include "fhir-target/dependents.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <unordered_map>

namespace fhirehose::target {
namespace {

/// By what others call an entry: its fault.
using FaultyNames = std::unordered_map<std::string_view, const Fault*>;

void name(const Entry& entry, References references, const Fault* fault, FaultyNames& names) {
  if (!entry.full_url.empty()) names.emplace(entry.full_url, fault);
  if (references == References::kEnforced) names.emplace(entry.url, fault);
}

const Fault* inherited(const Entry& entry, const FaultyNames& names) {
  if (!entry.resource) return nullptr;
  const auto& references = entry.resource->references;
  const auto found = std::ranges::find_if(references, [&](const SpelledReference& reference) {
    return names.contains(reference.text);
  });
  return found == references.end() ? nullptr : names.at(found->text);
}

}  // namespace

void fault_dependents(const Frame& frame, References references,
                      std::vector<const Fault*>& faults) {
  if (frame.kind != BundleKind::kTransaction) return;
  FaultyNames names;
  for (std::size_t i = 0; i < faults.size(); ++i)
    if (faults[i] != nullptr) name(frame.entries[i], references, faults[i], names);
  // Until a round finds none: a chain of references may stand in any order.
  for (bool found = !names.empty(); found;) {
    found = false;
    for (std::size_t i = 0; i < faults.size(); ++i) {
      if (faults[i] != nullptr) continue;
      faults[i] = inherited(frame.entries[i], names);
      if (faults[i] == nullptr) continue;
      name(frame.entries[i], references, faults[i], names);
      found = true;
    }
  }
}

}  // namespace fhirehose::target
