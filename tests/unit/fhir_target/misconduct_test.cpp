#include "fhir-target/misconduct.hpp"

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace fhirehose::target {
namespace {

using testing::HasSubstr;

Arrival post(std::string_view body) { return {.method = "POST", .url = "/fhir", .body = body}; }

std::string kind_of(const Fate& fate) { return fate.fault == nullptr ? "" : fate.fault->kind_name; }

TEST(Misconduct, APlainServerHasNone) {
  EXPECT_TRUE(Misconduct({}).plain());
  EXPECT_TRUE(Misconduct({.seed = 9, .fault_cap = 1}).plain());
  EXPECT_FALSE(Misconduct({.faults = {"503:0.1"}}).plain());
  EXPECT_FALSE(Misconduct({.storm = "0:1"}).plain());
  EXPECT_FALSE(Misconduct({.capacity = "service=1ms"}).plain());
  EXPECT_FALSE(Misconduct({.bearers = {"t"}}).plain());
  EXPECT_FALSE(Misconduct({.history = true}).plain());
}

TEST(Misconduct, TheOrderOfArrivalChangesNothing) {
  const BehaviourTexts texts{.seed = 4, .faults = {"503:0.5"}};
  Misconduct forwards(texts);
  Misconduct backwards(texts);
  std::vector<std::string> one(200);
  std::vector<std::string> other(200);
  for (std::size_t i = 0; i < 200; ++i) one[i] = kind_of(forwards.meet(post(std::to_string(i))));
  for (std::size_t i = 200; i-- > 0;) other[i] = kind_of(backwards.meet(post(std::to_string(i))));
  EXPECT_EQ(one, other);
}

TEST(Misconduct, TheCapEndsTheFaultsOfAContent) {
  Misconduct misconduct({.faults = {"503:1"}, .fault_cap = 2});
  const std::vector<std::string> kinds = {kind_of(misconduct.meet(post("a"))),
                                          kind_of(misconduct.meet(post("a"))),
                                          kind_of(misconduct.meet(post("a")))};
  EXPECT_EQ(kinds, (std::vector<std::string>{"503", "503", ""}));
  EXPECT_EQ(kind_of(misconduct.meet(post("b"))), "503");
}

TEST(Misconduct, TheCapHoldsForThreadsWithTheSameContent) {
  Misconduct misconduct({.faults = {"503:1"}, .fault_cap = 5});
  std::atomic<int> faults = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int k = 0; k < 50; ++k) faults += misconduct.meet(post("a")).fault == nullptr ? 0 : 1;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(faults, 5);
}

TEST(Misconduct, AStormHitsByNumberWhateverTheContent) {
  Misconduct misconduct({.storm = "1:2"});
  std::vector<std::string> kinds;
  for (int i = 0; i < 4; ++i) kinds.push_back(kind_of(misconduct.meet(post("a"))));
  EXPECT_EQ(kinds, (std::vector<std::string>{"", "storm", "storm", ""}));
}

TEST(Misconduct, AStormLeavesTheFateOfContentsAlone) {
  const auto kinds = [](const char* storm, int skip) {
    Misconduct misconduct({.seed = 2, .faults = {"500:0.5"}, .storm = storm});
    std::vector<std::string> found;
    for (int i = 0; i < 50 + skip; ++i) {
      const Fate fate = misconduct.meet(post("same"));
      if (i >= skip) found.push_back(kind_of(fate));
    }
    return found;
  };
  EXPECT_EQ(kinds("", 0), kinds("0:7", 7));
}

TEST(Misconduct, OnlyListedTokensAreAccepted) {
  Misconduct misconduct({.bearers = {"good", "old"}});
  const auto status = [&](std::string_view authorization) {
    const Fate fate = misconduct.meet({.authorization = authorization});
    return fate.fault == nullptr ? 200 : fate.fault->status;
  };
  EXPECT_EQ(status("Bearer good"), 200);
  EXPECT_EQ(status("Bearer other"), 401);
  EXPECT_EQ(status("Basic good"), 401);
  EXPECT_EQ(status(""), 401);
  ASSERT_TRUE(misconduct.change(R"({"bearers":["new"]})").has_value());
  EXPECT_EQ(status("Bearer good"), 401);
  EXPECT_EQ(status("Bearer new"), 200);
}

TEST(Misconduct, TokensAreNotTold) {
  const Misconduct misconduct({.bearers = {"secret-token"}});
  EXPECT_EQ(misconduct.behaviour_json().find("secret-token"), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(misconduct.behaviour_json())["bearers"], 1);
}

TEST(Misconduct, AChangeIsOneOfWhatItNames) {
  Misconduct misconduct({.seed = 5, .faults = {"503:0.1"}});
  ASSERT_TRUE(misconduct
                  .change(R"({"faults":["cut:0.2","entry-429:0.1"],"fault_cap":9,"storm":"3:4",)"
                          R"("capacity":"service=1ms","history":true})")
                  .has_value());
  const auto told = nlohmann::json::parse(misconduct.behaviour_json());
  EXPECT_EQ(told["seed"], 5);
  EXPECT_EQ(told["faults"], (std::vector<std::string>{"cut:0.2", "entry-429:0.1"}));
  EXPECT_EQ(told["fault_cap"], 9);
  EXPECT_EQ(told["storm"], "3:4");
  EXPECT_EQ(told["capacity"], "service=1ms");
  EXPECT_EQ(told["history"], true);
}

TEST(Misconduct, EmptyValuesMakeItPlainAgain) {
  Misconduct misconduct({.faults = {"503:1"}, .storm = "0:9", .capacity = "service=1ms"});
  ASSERT_TRUE(misconduct.change(R"({"faults":[],"storm":"","capacity":""})").has_value());
  EXPECT_TRUE(misconduct.plain());
}

TEST(Misconduct, AChangeThatMakesNoSenseChangesNothing) {
  Misconduct misconduct({.faults = {"503:0.1"}});
  const std::string before = misconduct.behaviour_json();
  for (const char* wrong :
       {"", "[]", "{", R"({"fault":[]})", R"({"seed":-1})", R"({"faults":"503:1"})",
        R"({"faults":["503:2"]})", R"({"seed":3,"storm":"x"})", R"({"capacity":"big"})",
        R"({"fault_cap":99999999999})", R"({"faults":[1]})", R"({"seed":1} x)"}) {
    const core::Status changed = misconduct.change(wrong);
    ASSERT_FALSE(changed.has_value()) << wrong;
    EXPECT_EQ(changed.error().kind, core::ErrorKind::kUsage);
  }
  EXPECT_EQ(misconduct.behaviour_json(), before);
}

TEST(Misconduct, AStormThatIsOverStaysOverWhenFaultsChange) {
  Misconduct misconduct({.storm = "0:1"});
  EXPECT_EQ(kind_of(misconduct.meet(post("a"))), "storm");
  ASSERT_TRUE(misconduct.change(R"({"seed":2,"faults":["503:0"]})").has_value());
  EXPECT_EQ(kind_of(misconduct.meet(post("a"))), "");
  ASSERT_TRUE(misconduct.change(R"({"storm":"1:1"})").has_value());
  EXPECT_EQ(kind_of(misconduct.meet(post("a"))), "");
  EXPECT_EQ(kind_of(misconduct.meet(post("a"))), "storm");
}

TEST(Misconduct, ARequestKeepsItsFateWhenTheBehaviourChanges) {
  Misconduct misconduct({.faults = {"503:1"}});
  const Fate fate = misconduct.meet(post("a"));
  ASSERT_TRUE(misconduct.change(R"({"faults":[]})").has_value());
  EXPECT_EQ(kind_of(fate), "503");
}

TEST(Misconduct, CountsWhatItGave) {
  Misconduct misconduct({.faults = {"503:1"}, .fault_cap = 1, .storm = "0:2"});
  for (int i = 0; i < 4; ++i) misconduct.meet(post("a"));
  const MisconductTally tally = misconduct.tally();
  EXPECT_EQ(tally.faults, (FaultTally::Counts{{"503", 1}, {"storm", 2}}));
  EXPECT_EQ(tally.turned_away, 3U);
}

TEST(Misconduct, ResetForgetsButGoesOnMisbehaving) {
  Misconduct misconduct({.faults = {"503:1"}, .fault_cap = 1});
  misconduct.meet(post("a"));
  misconduct.reset();
  EXPECT_TRUE(misconduct.tally().faults.empty());
  EXPECT_EQ(kind_of(misconduct.meet(post("a"))), "503");
}

TEST(Misconduct, AFullQueueIsRefusedWithItsStatus) {
  Misconduct misconduct({.capacity = "service=1000s,queue=0,status=429"});
  EXPECT_TRUE(misconduct.book(1).has_value());
  const auto refused = misconduct.book(1);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().status, 429);
  EXPECT_EQ(misconduct.tally().faults.at("overload"), 1U);
}

TEST(Misconduct, AChangedCapacityStartsWithAnEmptyQueue) {
  Misconduct misconduct({.capacity = "service=1000s,queue=0"});
  EXPECT_TRUE(misconduct.book(1).has_value());
  ASSERT_TRUE(misconduct.change(R"({"capacity":"service=1000s,queue=0,parallel=2"})").has_value());
  EXPECT_TRUE(misconduct.book(1).has_value());
  EXPECT_TRUE(misconduct.book(1).has_value());
  EXPECT_FALSE(misconduct.book(1).has_value());
}

}  // namespace
}  // namespace fhirehose::target
