#include "order/load_order.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

namespace fhirehose::order {
namespace {

using core::ResourceType;

ResourceType type(std::string_view name) { return core::find_resource_type(name).value(); }

struct Graph {
  TypeSet present;
  TypeReferences refers;

  Graph& type_is_there(std::string_view name) {
    present.set(core::index_of(type(name)));
    return *this;
  }
  Graph& refer(std::string_view from, std::string_view to) {
    refers.to[core::index_of(type(from))].set(core::index_of(type(to)));
    return type_is_there(from).type_is_there(to);
  }
  Graph& refer_by_urn(std::string_view from) {
    refers.untold.set(core::index_of(type(from)));
    return type_is_there(from);
  }
  /// Whether a way of references leads from the one to the other.
  [[nodiscard]] bool leads(std::size_t from, std::size_t to) const {
    TypeSet reached = refers.to[from];
    for (TypeSet before; before != reached;) {
      before = reached;
      for (std::size_t via = 0; via < core::kResourceTypeCount; ++via) {
        if (before.test(via)) reached |= refers.to[via];
      }
    }
    return reached.test(to);
  }
  [[nodiscard]] std::vector<TypeGroup> order() const { return load_order(present, refers); }
};

std::size_t place(const std::vector<TypeGroup>& order, std::string_view name) {
  const auto found = std::ranges::find_if(
      order, [&](const TypeGroup& group) { return std::ranges::count(group, type(name)) > 0; });
  return static_cast<std::size_t>(found - order.begin());
}

TEST(LoadOrder, IsEmptyForNothing) { EXPECT_TRUE(Graph().order().empty()); }

TEST(LoadOrder, PutsProvidersBeforePatientsWithoutBeingTold) {
  const auto order = Graph().type_is_there("Patient").type_is_there("Organization").order();
  EXPECT_LT(place(order, "Organization"), place(order, "Patient"));
}

TEST(LoadOrder, PutsPatientsBeforeExplanationOfBenefitsWithoutBeingTold) {
  const auto order = Graph().type_is_there("ExplanationOfBenefit").type_is_there("Patient").order();
  EXPECT_EQ(place(order, "Patient"), 0U);
  EXPECT_EQ(place(order, "ExplanationOfBenefit"), 1U);
}

TEST(LoadOrder, FollowsReferencesAgainstTheCustomaryOrder) {
  const auto order = Graph().refer("Organization", "Provenance").order();
  EXPECT_LT(place(order, "Provenance"), place(order, "Organization"));
}

TEST(LoadOrder, KeepsTheTypesOfACircleTogether) {
  const auto order = Graph()
                         .refer("Encounter", "Condition")
                         .refer("Condition", "Encounter")
                         .refer("Encounter", "Patient")
                         .order();
  ASSERT_EQ(order.size(), 2U);
  EXPECT_EQ(place(order, "Patient"), 0U);
  EXPECT_EQ(place(order, "Encounter"), place(order, "Condition"));
}

TEST(LoadOrder, ATypeThatRefersToItselfIsNoCircle) {
  const auto order =
      Graph().refer("Organization", "Organization").refer("Location", "Organization").order();
  ASSERT_EQ(order.size(), 2U);
  EXPECT_EQ(place(order, "Organization"), 0U);
}

TEST(LoadOrder, DoesNotWaitForATypeThatIsNotThere) {
  Graph graph = Graph().refer("Observation", "Patient");
  graph.present.reset(core::index_of(core::kPatient));
  const auto order = graph.order();
  ASSERT_EQ(order.size(), 1U);
  EXPECT_EQ(place(order, "Observation"), 0U);
}

TEST(LoadOrder, PutsTypesOfASectionThatDoNotReferToEachOtherTogether) {
  const auto order = Graph()
                         .refer("Condition", "Encounter")
                         .refer("Observation", "Encounter")
                         .refer("DiagnosticReport", "Observation")
                         .refer("Procedure", "Condition")
                         .refer("Claim", "Procedure")
                         .order();
  ASSERT_EQ(order.size(), 4U);
  EXPECT_EQ(place(order, "Encounter"), 0U);
  EXPECT_EQ(place(order, "Condition"), 1U);
  EXPECT_EQ(place(order, "Observation"), 1U);
  EXPECT_EQ(place(order, "DiagnosticReport"), 2U);
  EXPECT_EQ(place(order, "Procedure"), 2U);
  EXPECT_EQ(place(order, "Claim"), 3U);
}

TEST(LoadOrder, PutsATypeApartWhoseReferencesDoNotTellTheirs) {
  Graph graph = Graph().type_is_there("Condition").type_is_there("Observation");
  EXPECT_EQ(graph.order().size(), 1U);
  const auto order = graph.refer_by_urn("Observation").type_is_there("CareTeam").order();
  ASSERT_EQ(order.size(), 3U);
  EXPECT_EQ(place(order, "Condition"), 0U);
  EXPECT_EQ(place(order, "Observation"), 1U);
  EXPECT_EQ(place(order, "CareTeam"), 2U);
}

/// Whatever the graph: every type once, and in a group only those of a circle refer to each other.
TEST(LoadOrder, HoldsForRandomGraphs) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    Graph graph;
    for (int edge = 0; edge < 40; ++edge) {
      const auto pick = [&] {
        return core::kResourceTypeNames[random() % core::kResourceTypeCount];
      };
      graph.refer(pick(), pick());
    }
    const auto order = graph.order();
    std::size_t types = 0;
    for (const TypeGroup& group : order) types += group.size();
    ASSERT_EQ(types, graph.present.count());
    for (std::size_t from = 0; from < core::kResourceTypeCount; ++from) {
      for (std::size_t to = 0; to < core::kResourceTypeCount; ++to) {
        if (!graph.refers.to[from].test(to)) continue;
        const std::size_t mine = place(order, core::kResourceTypeNames[from]);
        const std::size_t its = place(order, core::kResourceTypeNames[to]);
        ASSERT_TRUE(mine > its || (mine == its && graph.leads(to, from)));
      }
    }
  }
}

}  // namespace
}  // namespace fhirehose::order
