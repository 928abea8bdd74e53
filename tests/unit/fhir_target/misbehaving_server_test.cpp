// What each fault looks like on the wire, and that it does to the store what it says.
#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bundles.hpp"
#include "fhir-target/http_date.hpp"
#include "fhir-target/http_server.hpp"
#include "wire.hpp"

namespace fhirehose::target {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class MisbehavingServerTest : public testing::Test {
 protected:
  void serve(BehaviourTexts behaviour) {
    server_ =
        std::make_unique<HttpServer>(endpoint_, ServerOptions{.behaviour = std::move(behaviour)});
    port_ = server_->start().value();
  }
  void serve(const char* fault) { serve(BehaviourTexts{.faults = {fault}, .fault_cap = 1}); }
  /// The answer to a transaction of two patients, over a connection of its own.
  std::string load() const {
    Wire wire(port_);
    wire.post("/fhir", bundle_);
    return wire.answer();
  }
  httplib::Result get(const char* url) const {
    return httplib::Client("127.0.0.1", port_).Get(url);
  }
  nlohmann::json stats() const { return nlohmann::json::parse(get("/_stats")->body); }
  nlohmann::json digest() const { return nlohmann::json::parse(endpoint_.digest()); }
  int control(const char* json) const {
    return httplib::Client("127.0.0.1", port_).Post("/_control", json, "application/json")->status;
  }

  const std::string bundle_ = transaction({put("Patient", "a"), put("Patient", "b")});
  Endpoint endpoint_{Rules{}};
  std::unique_ptr<HttpServer> server_;
  int port_ = 0;
};

TEST_F(MisbehavingServerTest, AStatusComesWithAnOutcomeAndNothingIsDone) {
  serve("503:1");
  const std::string answer = load();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(answer, Not(HasSubstr("Retry-After")));
  EXPECT_EQ(nlohmann::json::parse(Wire::body_of(answer))["resourceType"], "OperationOutcome");
  EXPECT_EQ(digest()["total"], 0);
  EXPECT_THAT(load(), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(digest()["total"], 2);
}

TEST_F(MisbehavingServerTest, EachStatusOfTheWholeRequestCanBeAskedFor) {
  serve(BehaviourTexts{});
  for (const char* status :
       {"401", "408", "409", "412", "413", "425", "429", "500", "502", "504"}) {
    ASSERT_EQ(control(fmt::format(R"({{"faults":["{}:1"]}})", status).c_str()), 200);
    EXPECT_THAT(load(), StartsWith(fmt::format("HTTP/1.1 {} ", status)));
  }
  EXPECT_EQ(digest()["total"], 0);
}

TEST_F(MisbehavingServerTest, A401AsksForABearerToken) {
  serve("401:1");
  EXPECT_THAT(load(), HasSubstr("WWW-Authenticate: Bearer\r\n"));
}

TEST_F(MisbehavingServerTest, RetryAfterComesInSecondsOrAsADate) {
  serve("429:1:retry-after=7");
  EXPECT_THAT(load(), HasSubstr("Retry-After: 7\r\n"));
  control(R"({"faults":["429:1:retry-date=7"]})");
  EXPECT_THAT(load(), testing::ContainsRegex(
                          "Retry-After: [A-Z][a-z]+, [0-9]+ [A-Z][a-z]+ [0-9]+ [0-9:]+ GMT\r\n"));
}

TEST(HttpDate, IsSpelledAsTheStandardDoes) {
  EXPECT_EQ(http_date(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST_F(MisbehavingServerTest, AStatusAfterwardsHidesThatItWasDone) {
  serve("504-after:1");
  EXPECT_THAT(load(), StartsWith("HTTP/1.1 504 "));
  EXPECT_EQ(digest()["total"], 2);
}

TEST_F(MisbehavingServerTest, AResetBeforehandLeavesNothing) {
  serve("reset-before:1");
  Wire wire(port_);
  wire.post("/fhir", bundle_);
  EXPECT_EQ(wire.rest(), "");
  EXPECT_EQ(wire.end(), WireEnd::kReset);
  EXPECT_EQ(digest()["total"], 0);
}

TEST_F(MisbehavingServerTest, AResetAfterwardsLeavesItDone) {
  serve("reset-after:1");
  Wire wire(port_);
  wire.post("/fhir", bundle_);
  EXPECT_EQ(wire.rest(), "");
  EXPECT_EQ(wire.end(), WireEnd::kReset);
  EXPECT_EQ(digest()["total"], 2);
}

TEST_F(MisbehavingServerTest, ACutAnswerIsShorterThanItSays) {
  serve("cut:1");
  Wire wire(port_);
  wire.post("/fhir", bundle_);
  const std::string answer = wire.rest();
  EXPECT_EQ(wire.end(), WireEnd::kClosed);
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
  EXPECT_LT(Wire::body_of(answer).size(), Wire::announced(answer));
  EXPECT_EQ(digest()["total"], 2);
}

TEST_F(MisbehavingServerTest, AnAnswerWithoutABodyIsCutInItsHead) {
  serve("cut:1");
  Wire wire(port_);
  wire.send(
      "PUT /fhir/Basic/b HTTP/1.1\r\nHost: x\r\nPrefer: return=minimal\r\nContent-Length: "
      "35\r\n\r\n"
      R"({"resourceType":"Basic", "id":"b" })");
  const std::string answer = wire.rest();
  EXPECT_EQ(wire.end(), WireEnd::kClosed);
  EXPECT_THAT(answer, Not(HasSubstr("\r\n\r\n")));
  EXPECT_EQ(digest()["total"], 1);
}

TEST_F(MisbehavingServerTest, GarbageIsA200WithoutJson) {
  serve("garbage-after:1");
  const std::string answer = load();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(Wire::body_of(answer).size(), Wire::announced(answer));
  EXPECT_FALSE(nlohmann::json::accept(Wire::body_of(answer)));
  EXPECT_EQ(digest()["total"], 2);
  control(R"({"faults":["garbage-before:1"]})");
  endpoint_.reset();
  EXPECT_FALSE(nlohmann::json::accept(Wire::body_of(load())));
  EXPECT_EQ(digest()["total"], 0);
}

TEST_F(MisbehavingServerTest, AStallIsSilentUntilTheClientLeaves) {
  serve("stall-after:1");
  Wire wire(port_);
  wire.post("/fhir", bundle_);
  while (digest()["total"] != 2) std::this_thread::yield();
  EXPECT_TRUE(wire.silent());
  wire.leave();
  // The server has noticed, or this would wait for ever.
  server_->shut_down();
}

TEST_F(MisbehavingServerTest, AStallBeforehandLeavesNothing) {
  serve("stall-before:1");
  Wire wire(port_);
  wire.post("/fhir", bundle_);
  while (stats()["turned_away"] == 0) std::this_thread::yield();
  EXPECT_EQ(digest()["total"], 0);
}

TEST_F(MisbehavingServerTest, AStallThatEndsAnswers) {
  serve("stall-before:1:wait=2ms");
  EXPECT_THAT(load(), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(stats()["faults"]["stall-before"], 1);
}

TEST_F(MisbehavingServerTest, AStalledServerEndsWhenItIsToldTo) {
  serve("stall-before:1");
  Wire wire(port_);
  wire.post("/fhir", bundle_);
  while (stats()["turned_away"] == 0) std::this_thread::yield();
  server_->shut_down();
  EXPECT_EQ(wire.rest(), "");
}

TEST_F(MisbehavingServerTest, ALateServerEndsWhenItIsToldTo) {
  serve("latency:1:wait=3000s");
  Wire wire(port_);
  wire.post("/fhir", bundle_);
  while (stats()["faults"].value("latency", 0) == 0) std::this_thread::yield();
  server_->shut_down();
}

TEST_F(MisbehavingServerTest, ATrickledAnswerArrivesWholeAndTheConnectionGoesOn) {
  serve("trickle:1:bytes=9:wait=0ms");
  Wire wire(port_);
  wire.post("/fhir", bundle_);
  const std::string answer = wire.answer();
  EXPECT_EQ(Wire::body_of(answer).size(), Wire::announced(answer));
  EXPECT_TRUE(nlohmann::json::accept(Wire::body_of(answer)));
  wire.post("/fhir", bundle_);
  EXPECT_THAT(wire.answer(), StartsWith("HTTP/1.1 200 "));
}

TEST_F(MisbehavingServerTest, AStormIsOverAfterItsCount) {
  serve(BehaviourTexts{.storm = "1:2"});
  std::vector<std::string> starts;
  for (int i = 0; i < 4; ++i) starts.push_back(load().substr(9, 3));
  EXPECT_THAT(starts, ElementsAre("200", "503", "503", "200"));
}

TEST_F(MisbehavingServerTest, OnlyFaultyEntriesComeAgain) {
  serve(BehaviourTexts{.seed = 11, .faults = {"entry-429:0.3"}, .fault_cap = 0});
  std::vector<std::string> waiting;
  for (int i = 0; i < 200; ++i) waiting.push_back(put("Patient", "p" + std::to_string(i)));
  while (!waiting.empty()) {
    Wire wire(port_);
    wire.post("/fhir", batch(waiting));
    const auto entries = nlohmann::json::parse(Wire::body_of(wire.answer()))["entry"];
    std::vector<std::string> refused;
    for (std::size_t i = 0; i < waiting.size(); ++i)
      if (entries[i]["response"]["status"] != "201 Created") refused.push_back(waiting[i]);
    waiting = refused;
  }
  const auto told = stats();
  EXPECT_EQ(told["entries"]["distinct"], 200);
  EXPECT_EQ(told["entries"]["done"], 200);
  EXPECT_GT(told["entries"]["again"], 0);
  EXPECT_EQ(told["entries"]["again"], told["faults"]["entry-429"]);
  EXPECT_EQ(told["entries"]["again_after_done"], 0);
  EXPECT_EQ(told["versions_written"], 200);
}

TEST_F(MisbehavingServerTest, WhatComesAgainAfterItWasDoneIsCounted) {
  serve("reset-after:1");
  load();
  load();
  EXPECT_EQ(stats()["entries"]["again_after_done"], 2);
  EXPECT_EQ(stats()["unchanged"], 2);
  EXPECT_EQ(stats()["versions_written"], 2);
}

TEST_F(MisbehavingServerTest, TheSameSeedTroublesTheSameRequests) {
  const auto answers = [this] {
    serve(BehaviourTexts{.seed = 3, .faults = {"503:0.4", "429:0.4"}});
    std::vector<std::string> starts;
    for (int i = 0; i < 30; ++i) {
      Wire wire(port_);
      wire.post("/fhir", batch({put("Patient", std::to_string(i))}));
      starts.push_back(wire.answer().substr(9, 3));
    }
    return starts;
  };
  const std::vector<std::string> first = answers();
  EXPECT_THAT(first, testing::Contains("503"));
  EXPECT_THAT(first, testing::Contains("200"));
  EXPECT_EQ(answers(), first);
}

/// Whether the server has told, in words that can be read, that all of a bundle was done.
bool all_done(const std::string& answer) {
  const auto read = nlohmann::json::parse(Wire::body_of(answer), nullptr, false);
  if (!answer.starts_with("HTTP/1.1 200 ") || !read.is_object() || !read.contains("entry"))
    return false;
  const auto done = [](const nlohmann::json& entry) {
    return entry["response"]["status"].get<std::string>().starts_with("20");
  };
  return std::all_of(read["entry"].begin(), read["entry"].end(), done);
}

class SeededServerTest : public MisbehavingServerTest,
                         public testing::WithParamInterface<std::uint64_t> {};

TEST_P(SeededServerTest, WhoeverRetriesEndsWhereAFaultFreeLoadEnds) {
  std::vector<std::string> bundles;
  for (int i = 0; i < 40; ++i)
    bundles.push_back(
        transaction({put("Patient", fmt::format("p{}", i)), put("Basic", fmt::format("b{}", i)),
                     put("Group", fmt::format("g{}", i))}));
  Endpoint untroubled{Rules{}};
  for (const std::string& text : bundles) {
    const Body body(text);
    untroubled.handle({.method = Method::kPost, .body = &body});
  }
  serve(BehaviourTexts{.seed = GetParam(),
                       .faults = {"503:0.1", "504-after:0.1", "reset-before:0.1", "reset-after:0.1",
                                  "cut:0.1", "garbage-before:0.1", "garbage-after:0.1",
                                  "trickle:0.1:bytes=40:wait=0us", "entry-429:0.2"},
                       .storm = "5:3",
                       .capacity = "service=1us,parallel=2"});
  for (const std::string& text : bundles) {
    std::string answer;
    while (!all_done(answer)) {
      Wire wire(port_);
      wire.post("/fhir", text);
      answer = wire.answer();
    }
  }
  for (const char* what : {"total", "hash", "versions_written", "older_over_newer", "dangling"})
    EXPECT_EQ(digest()[what], nlohmann::json::parse(untroubled.digest())[what]) << what;
}

INSTANTIATE_TEST_SUITE_P(Seeds, SeededServerTest, testing::Range<std::uint64_t>(0, 12));

TEST_F(MisbehavingServerTest, AFullQueueSaysWhenToComeAgain) {
  serve(BehaviourTexts{.capacity = "service=3000s,queue=0,status=429,retry-after=9"});
  Wire one(port_);
  Wire other(port_);
  for (const Wire* wire : {&one, &other}) wire->post("/fhir", bundle_);
  // Whichever came first is being served for the next hour.
  while (one.silent() && other.silent()) std::this_thread::yield();
  const std::string refused = (one.silent() ? other : one).answer();
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 429 "));
  EXPECT_THAT(refused, HasSubstr("Retry-After: 9\r\n"));
}

TEST_F(MisbehavingServerTest, ServiceIsSlowButComes) {
  serve(BehaviourTexts{.capacity = "service=1ms+0.1ms,parallel=2"});
  EXPECT_THAT(load(), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(digest()["total"], 2);
}

TEST_F(MisbehavingServerTest, ItsOwnPathsAreSpared) {
  serve(BehaviourTexts{.faults = {"503:1"}, .storm = "0:1000", .bearers = {"t"}});
  EXPECT_EQ(get("/_digest")->status, 200);
  EXPECT_EQ(get("/_stats")->status, 200);
  EXPECT_EQ(get("/_control")->status, 200);
  EXPECT_EQ(get("/fhir/metadata")->status, 503);
}

TEST_F(MisbehavingServerTest, AWrongControlIs400) {
  serve(BehaviourTexts{});
  EXPECT_EQ(control(R"({"faults":["dream:1"]})"), 400);
  EXPECT_EQ(control("{}"), 200);
}

TEST_F(MisbehavingServerTest, ResetEmptiesTheStatisticsToo) {
  serve("503:1");
  load();
  httplib::Client("127.0.0.1", port_).Post("/_reset");
  EXPECT_EQ(stats()["requests"], 0);
  EXPECT_TRUE(stats()["faults"].empty());
}

TEST_F(MisbehavingServerTest, WithoutFaultsThereIsNoHistoryUnlessAskedFor) {
  serve(BehaviourTexts{});
  load();
  EXPECT_FALSE(stats()["entries"].contains("again"));
  EXPECT_EQ(stats()["entries"]["done"], 2);
  control(R"({"history":true})");
  load();
  load();
  EXPECT_EQ(stats()["entries"]["again_after_done"], 2);
}

}  // namespace
}  // namespace fhirehose::target
