#include <array>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "index/survey.hpp"
#include "support/parsed.hpp"

namespace fhirehose::index {
namespace {

constexpr std::array<const char*, 4> kTypes = {"Encounter", "Observation", "Patient", "Procedure"};

/// One reference as it was written, and what it says.
struct Written {
  std::string from, kind, type, id;
};

/// An input of random resources, and a plain account of it.
class RandomInput {
 public:
  explicit RandomInput(unsigned seed) : random_(seed) {
    const int batches = 1 + static_cast<int>(pick(12));
    ids_ = 1 + pick(1'500);
    for (int i = 0; i < batches; ++i) texts.push_back(batch());
  }

  std::vector<std::string> texts;
  std::set<std::pair<std::string, std::string>> resources;
  std::vector<Written> references;

 private:
  std::size_t pick(std::size_t below) { return random_() % below; }
  std::string any_type() { return kTypes[pick(kTypes.size())]; }
  std::string any_id() { return "id-" + std::to_string(pick(ids_)); }

  std::string batch() {
    std::string text;
    for (std::size_t records = pick(200); records > 0; --records) text += resource();
    return text;
  }

  std::string resource() {
    const std::string type = any_type();
    const std::string id = any_id();
    resources.emplace(type, id);
    std::string text = R"({"resourceType":")" + type + R"(","id":")" + id + R"(","x":[)";
    for (std::size_t count = pick(8); count > 0; --count)
      text += R"({"reference":")" + reference(type) + R"("},)";
    return text + "{}]}\n";
  }

  std::string reference(const std::string& from) {
    const Written made{from, kind(), any_type(), any_id()};
    references.push_back(made);
    const std::string target = made.type + "/" + made.id;
    if (made.kind == "versioned") return target + "/_history/2";
    if (made.kind == "absolute") return "https://example.org/fhir/" + target;
    if (made.kind == "escaped") return made.type + R"(\/)" + made.id;
    if (made.kind == "conditional") return made.type + "?identifier=" + made.id;
    return made.kind == "contained" ? "#" + made.id : target;
  }

  std::string kind() {
    constexpr std::array kKinds = {"relative", "relative", "relative",    "versioned",
                                   "absolute", "escaped",  "conditional", "contained"};
    return kKinds[pick(kKinds.size())];
  }

  std::mt19937 random_;
  std::size_t ids_ = 1;
};

/// (referring type, what became of it, missing target's type) to how often.
using Account = std::map<std::array<std::string, 3>, std::uint64_t>;

Account naive(const RandomInput& input) {
  Account account;
  for (const Written& written : input.references) {
    if (written.kind == "conditional" || written.kind == "contained") {
      ++account[{written.from, written.kind, ""}];
    } else if (input.resources.contains({written.type, written.id})) {
      ++account[{written.from, "present", ""}];
    } else {
      ++account[{written.from, "missing", written.type}];
    }
  }
  return account;
}

void account_for(const std::string& from, const ReferenceFacts& facts, Account& account) {
  const auto note = [&](const std::string& what, const std::string& target, std::uint64_t count) {
    if (count > 0) account[{from, what, target}] += count;
  };
  note("present", "", facts.present);
  note("conditional", "", facts.conditional);
  note("contained", "", facts.contained);
  note("urn", "", facts.urn_resolved + facts.urn_unresolved);
  note("other", "", facts.other);
  for (std::size_t i = 0; i < facts.missing_of.size(); ++i)
    note("missing", std::string(core::kResourceTypeNames[i]), facts.missing_of[i]);
}

Account surveyed(const RandomInput& input) {
  Look look(1, DuplicateRule::kNewest);
  Survey survey;
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 3; ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = t; i < input.texts.size(); i += 3) {
        const auto batch = tests::parsed(input.texts[i], {0, static_cast<std::uint32_t>(i), 0});
        look.add(*batch);
        survey.add(*batch);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t shard = 0; shard < Look::kShards; ++shard) survey.settle(shard, look);
  Account account;
  for (const char* const type : kTypes) {
    const SurveyedType* const facts = survey.of(core::find_resource_type(type).value());
    if (facts != nullptr) account_for(type, facts->references, account);
  }
  return account;
}

TEST(ReferenceTargets, AreCountedAsAPlainMapCountsThemWhateverTheInputAndThreads) {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    const RandomInput input(seed);
    EXPECT_EQ(surveyed(input), naive(input)) << "seed " << seed;
  }
}

}  // namespace
}  // namespace fhirehose::index
