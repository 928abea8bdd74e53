#include <algorithm>
#include <array>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "fhir-target/http_server.hpp"
#include "support/loading.hpp"
#include "support/scratch_directory.hpp"

namespace fhirehose {
namespace {

using namespace tests;

/// Records of a few types that refer to each other as it comes: to what is there, to themselves, in
/// circles of any length, and sometimes to nothing.
class Graph {
 public:
  explicit Graph(std::mt19937& random) : random_(random) {
    const std::size_t count = 1 + random() % 80;
    for (std::size_t i = 0; i < count; ++i) names_.push_back(fmt::format("{}/r{}", type(), i));
    for (std::size_t i = 0; i < count; ++i) add_targets(i);
  }

  [[nodiscard]] std::size_t size() const { return names_.size(); }

  /// Which can be loaded: the largest set of which each refers to none but others of it.
  [[nodiscard]] std::set<std::string> loadable() const {
    std::set<std::string> left(names_.begin(), names_.end());
    const auto lacks = [&](std::size_t i) {
      return !std::ranges::all_of(targets_[i],
                                  [&](const std::string& target) { return left.contains(target); });
    };
    for (std::size_t before = 0; before != left.size();) {
      before = left.size();
      for (std::size_t i = 0; i < names_.size(); ++i) {
        if (lacks(i)) left.erase(names_[i]);
      }
    }
    return left;
  }

  [[nodiscard]] const std::vector<std::string>& targets_of(const std::string& name) const {
    return targets_[static_cast<std::size_t>(std::ranges::find(names_, name) - names_.begin())];
  }

  /// In an order without meaning.
  [[nodiscard]] std::string lines() const {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      nlohmann::json resource = {{"resourceType", names_[i].substr(0, names_[i].find('/'))},
                                 {"id", names_[i].substr(names_[i].find('/') + 1)}};
      for (const std::string& target : targets_[i])
        resource["extension"].push_back(
            {{"url", "x"}, {"valueReference", {{"reference", target}}}});
      lines.push_back(resource.dump() + "\n");
    }
    std::ranges::shuffle(lines, random_);
    std::string all;
    for (const std::string& line : lines) all += line;
    return all;
  }

 private:
  std::string type() {
    constexpr std::array kTypes = {"Patient", "Encounter", "Condition", "Observation"};
    return kTypes[random_() % kTypes.size()];
  }

  void add_targets(std::size_t of) {
    std::vector<std::string>& targets = targets_.emplace_back();
    if (random_() % 25 == 0) targets.push_back("Patient/nowhere");
    // Circles are met where many refer to neighbours; without a limit nearly all would be one.
    for (std::size_t left = random_() % 3; left > 0; --left) {
      const std::size_t span = random_() % 4 == 0 ? names_.size() : 6;
      targets.push_back(names_[(of + random_() % span) % names_.size()]);
    }
  }

  std::mt19937& random_;
  std::vector<std::string> names_;
  std::vector<std::vector<std::string>> targets_;
};

class ReferenceGraphs : public testing::Test {
 protected:
  struct Outcome {
    Report report;
    std::string hash;
    std::set<std::string> rejected;
  };

  Outcome load_graph(const Graph& graph, std::uint32_t batch) {
    const auto file = scratch_ / "graph.ndjson";
    write_file(file, graph.lines());
    target::Rules rules;
    rules.references = target::References::kEnforced;
    target::Endpoint endpoint(rules);
    target::HttpServer server(endpoint, {});
    LoadOptions options;
    options.input.sources = {file};
    options.state = scratch_ / fmt::format("state{}", ++loads_);
    options.batch = batch;
    options.target = fmt::format("http://127.0.0.1:{}/fhir", server.start().value());
    Outcome outcome{loaded(options), {}, {}};
    const auto digest = nlohmann::json::parse(endpoint.digest());
    outcome.hash = digest.at("hash");
    EXPECT_EQ(digest.at("dangling"), 0);
    EXPECT_EQ(digest.at("versions_written"), outcome.report.total.loaded);
    for (const auto& letter : dead_letters(options.state, outcome.report.run)) {
      const std::string name = letter.type + "/" + letter.resource_id;
      outcome.rejected.insert(name);
      check_reason(graph, name, letter.reason);
    }
    return outcome;
  }

  /// It names all targets that are not loaded, and nothing else.
  static void check_reason(const Graph& graph, const std::string& name, const std::string& reason) {
    const std::set<std::string> loadable = graph.loadable();
    for (const std::string& target : graph.targets_of(name)) {
      const bool told = (reason + ",").find(" " + target + ",") != std::string::npos;
      EXPECT_EQ(told, !loadable.contains(target)) << name << ": " << reason;
    }
  }

  ScratchDirectory scratch_;
  int loads_ = 0;
};

TEST_F(ReferenceGraphs, AreLoadedAsFarAsTheyCanBeWhateverTheirOrder) {
  std::mt19937 random(20261125);
  for (int round = 0; round < 40; ++round) {
    const Graph graph(random);
    const std::set<std::string> loadable = graph.loadable();
    const Outcome first = load_graph(graph, 100);
    const Outcome second = load_graph(graph, static_cast<std::uint32_t>(1 + random() % 5));
    for (const Outcome* outcome : {&first, &second}) {
      const Counts& total = outcome->report.total;
      ASSERT_EQ(outcome->report.state, State::kFinished) << outcome->report.stopped_because;
      ASSERT_EQ(total.read, graph.size());
      ASSERT_EQ(total.loaded, loadable.size()) << "round " << round;
      ASSERT_EQ(total.rejected, graph.size() - loadable.size());
      ASSERT_EQ(outcome->rejected.size(), total.rejected);
      const Deferred& deferred = outcome->report.deferred;
      ASSERT_EQ(deferred.waited, deferred.loaded + deferred.rejected);
      ASSERT_EQ(deferred.rejected, total.rejected);
      for (const std::string& name : outcome->rejected) ASSERT_FALSE(loadable.contains(name));
    }
    ASSERT_EQ(first.hash, second.hash) << "round " << round;
  }
}

}  // namespace
}  // namespace fhirehose
