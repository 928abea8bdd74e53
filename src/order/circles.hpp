#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace fhirehose::order {

/// Who refers to whom, by number: node `i` refers to `targets[first[i]]` to `targets[first[i +
/// 1]]`, the last excluded. `first` has one element more than there are nodes.
struct References {
  std::vector<std::uint32_t> first = {0};
  std::vector<std::uint32_t> targets;
  [[nodiscard]] std::uint32_t nodes() const { return static_cast<std::uint32_t>(first.size() - 1); }
  [[nodiscard]] std::span<const std::uint32_t> targets_of(std::uint32_t node) const {
    return std::span(targets).subspan(first[node], first[node + 1] - first[node]);
  }
  /// The targets that were added since the last call are those of the next node.
  void end_node() { first.push_back(static_cast<std::uint32_t>(targets.size())); }
};

/// The largest sets of nodes that all reach each other, and single ones that refer to themselves;
/// each ascending, one that others refer to before those. Takes 16 bytes a node, and no stack of
/// calls however long a chain is.
std::vector<std::vector<std::uint32_t>> circles(const References& references);

}  // namespace fhirehose::order
