#include "order/circles.hpp"

#include <algorithm>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fhirehose::order {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Nodes = std::vector<std::uint32_t>;

References graph(const std::vector<Nodes>& nodes) {
  References references;
  for (const Nodes& targets : nodes) {
    references.targets.insert(references.targets.end(), targets.begin(), targets.end());
    references.end_node();
  }
  return references;
}

TEST(Circles, AreNoneInAChain) {
  EXPECT_THAT(circles(graph({})), IsEmpty());
  EXPECT_THAT(circles(graph({{1}, {2}, {}})), IsEmpty());
}

TEST(Circles, AreThoseWhoReachEachOther) {
  // 0 <-> 1, who both need 2; 3 -> 4 -> 5 -> 3; 6 waits for 3; 7 refers to itself.
  const auto found = circles(graph({{1, 2}, {0, 2}, {}, {4}, {5}, {3}, {3}, {7, 0}}));
  EXPECT_THAT(found, ElementsAre(Nodes{0, 1}, Nodes{3, 4, 5}, Nodes{7}));
}

TEST(Circles, ComeAfterThoseThatTheyReferTo) {
  EXPECT_THAT(circles(graph({{1, 2}, {0}, {3}, {2}})), ElementsAre(Nodes{2, 3}, Nodes{0, 1}));
}

TEST(Circles, BearAChainOfAnyLength) {
  constexpr std::uint32_t kNodes = 1'000'000;
  References references;
  for (std::uint32_t i = 0; i < kNodes; ++i) {
    references.targets.push_back((i + 1) % kNodes);
    references.end_node();
  }
  const auto found = circles(references);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].size(), kNodes);
}

/// Who reaches whom, by Warshall's closure: slow, and nothing like Tarjan.
std::vector<Nodes> by_closure(const std::vector<Nodes>& nodes) {
  const std::size_t count = nodes.size();
  std::vector reach(count, std::vector<bool>(count));
  for (std::size_t i = 0; i < count; ++i) {
    for (const std::uint32_t target : nodes[i]) reach[i][target] = true;
  }
  for (std::size_t via = 0; via < count; ++via) {
    for (std::size_t from = 0; from < count; ++from) {
      for (std::size_t to = 0; to < count; ++to) {
        if (reach[from][via] && reach[via][to]) reach[from][to] = true;
      }
    }
  }
  std::vector<Nodes> found;
  std::vector<bool> told(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (told[i] || !reach[i][i]) continue;
    Nodes& members = found.emplace_back();
    for (std::uint32_t other = 0; other < count; ++other) {
      if (!reach[i][other] || !reach[other][i]) continue;
      members.push_back(other);
      told[other] = true;
    }
  }
  return found;
}

TEST(Circles, AreThoseOfTheClosure) {
  std::mt19937 random(20261125);
  for (int round = 0; round < 300; ++round) {
    std::vector<Nodes> nodes(1 + random() % 24);
    const std::size_t edges = random() % (2 * nodes.size());
    for (std::size_t i = 0; i < edges; ++i) {
      nodes[random() % nodes.size()].push_back(static_cast<std::uint32_t>(random() % nodes.size()));
    }
    auto found = circles(graph(nodes));
    std::ranges::sort(found);
    ASSERT_EQ(found, by_closure(nodes)) << "round " << round;
  }
}

}  // namespace
}  // namespace fhirehose::order
