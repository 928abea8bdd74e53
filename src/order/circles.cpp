#include "order/circles.hpp"

#include <algorithm>
#include <utility>

namespace fhirehose::order {
namespace {

/// Tarjan's algorithm with its calls on a stack of its own ("Depth-first search and linear graph
/// algorithms", 1972).
class Search {
 public:
  explicit Search(const References& references)
      : references_(references),
        number_(references.nodes()),
        lowest_(references.nodes()),
        done_(references.nodes()) {}

  std::vector<std::vector<std::uint32_t>> run() {
    for (std::uint32_t node = 0; node < references_.nodes(); ++node) {
      if (number_[node] == 0) visit_from(node);
    }
    return std::move(found_);
  }

 private:
  struct Visit {
    std::uint32_t node;
    std::uint32_t next;  ///< of its targets
  };

  void visit_from(std::uint32_t root) {
    enter(root);
    while (!calls_.empty()) {
      Visit& visit = calls_.back();
      const std::uint32_t node = visit.node;
      if (visit.next == references_.first[node + 1]) {
        leave(node);
        continue;
      }
      const std::uint32_t target = references_.targets[visit.next++];
      if (number_[target] == 0) {
        enter(target);
      } else if (!done_[target]) {
        lowest_[node] = std::min(lowest_[node], number_[target]);
      }
    }
  }

  void enter(std::uint32_t node) {
    number_[node] = lowest_[node] = ++count_;
    open_.push_back(node);
    calls_.push_back({node, references_.first[node]});
  }

  void leave(std::uint32_t node) {
    calls_.pop_back();
    if (!calls_.empty()) {
      std::uint32_t& above = lowest_[calls_.back().node];
      above = std::min(above, lowest_[node]);
    }
    if (lowest_[node] == number_[node]) close(node);
  }

  void close(std::uint32_t node) {
    const auto begin = std::find(open_.rbegin(), open_.rend(), node).base() - 1;
    std::vector<std::uint32_t> members(begin, open_.end());
    open_.erase(begin, open_.end());
    for (const std::uint32_t member : members) done_[member] = true;
    if (members.size() == 1 && !refers_to_itself(node)) return;
    std::ranges::sort(members);
    found_.push_back(std::move(members));
  }

  [[nodiscard]] bool refers_to_itself(std::uint32_t node) const {
    const auto own = references_.targets_of(node);
    return std::ranges::find(own, node) != own.end();
  }

  const References& references_;
  std::vector<std::uint32_t> number_;  ///< in the order of entering, from 1; 0: not yet
  std::vector<std::uint32_t> lowest_;  ///< number that is reached within the open ones
  std::vector<bool> done_;
  std::vector<std::uint32_t> open_;
  std::vector<Visit> calls_;
  std::uint32_t count_ = 0;
  std::vector<std::vector<std::uint32_t>> found_;
};

}  // namespace

std::vector<std::vector<std::uint32_t>> circles(const References& references) {
  return Search(references).run();
}

}  // namespace fhirehose::order
