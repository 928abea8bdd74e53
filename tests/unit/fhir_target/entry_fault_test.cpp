#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bundles.hpp"
#include "fhir-target/dependents.hpp"
#include "fhir-target/gate.hpp"

namespace fhirehose::target {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const Fault kBusy{.kind = Fault::Kind::kEntry, .status = 429};

/// Withholds the entries with these URLs, and what depends on them.
class Withholding : public Gate {
 public:
  explicit Withholding(std::set<std::string> urls, References references = References::kOpen)
      : urls_(std::move(urls)), references_(references) {}

  Answered<void> admit(std::size_t entries) override {
    if (entries <= most_) return {};
    return refuse(503, "too many");
  }
  std::vector<std::optional<Refusal>> withhold(const Frame& frame) override {
    std::vector<const Fault*> faults;
    for (const Entry& entry : frame.entries)
      faults.push_back(urls_.contains(std::string(entry.url)) ? &kBusy : nullptr);
    fault_dependents(frame, references_, faults);
    std::vector<std::optional<Refusal>> refusals(faults.size());
    for (std::size_t i = 0; i < faults.size(); ++i)
      if (faults[i] != nullptr) refusals[i] = Refusal{faults[i]->status, "busy"};
    return refusals;
  }
  void settle(const std::vector<Entry>& /*entries*/,
              const std::vector<EntryAnswer>& answers) override {
    for (const EntryAnswer& answer : answers) settled_.push_back(answer.status);
  }
  Withholding& at_most(std::size_t entries) {
    most_ = entries;
    return *this;
  }
  const std::vector<int>& settled() const { return settled_; }

 private:
  std::set<std::string> urls_;
  References references_;
  std::size_t most_ = 1000;
  std::vector<int> settled_;
};

class EntryFaultTest : public testing::Test {
 protected:
  std::vector<std::string> post(const std::string& text, Gate& gate) {
    const Body body(text);
    answer_ = endpoint_.handle({.method = Method::kPost, .body = &body, .gate = &gate});
    std::vector<std::string> statuses;
    const auto read = nlohmann::json::parse(answer_.body);
    if (answer_.status == 200)
      for (const auto& entry : read.at("entry"))
        statuses.push_back(entry.at("response").at("status"));
    return statuses;
  }
  nlohmann::json digest() const { return nlohmann::json::parse(endpoint_.digest()); }

  Endpoint endpoint_{Rules{}};
  Answer answer_;
};

TEST_F(EntryFaultTest, AWithheldEntryOfABatchIsNotDone) {
  Withholding gate({"Patient/b"});
  EXPECT_THAT(post(batch({put("Patient", "a"), put("Patient", "b"), put("Patient", "c")}), gate),
              ElementsAre("201 Created", "429 Too Many Requests", "201 Created"));
  EXPECT_EQ(digest()["total"], 2);
  EXPECT_EQ(digest()["refused_entries"], 1);
  EXPECT_THAT(gate.settled(), ElementsAre(201, 429, 201));
}

TEST_F(EntryFaultTest, ItsAnswerHoldsAnOperationOutcome) {
  Withholding gate({"Patient/a"});
  post(batch({put("Patient", "a")}), gate);
  const auto response = nlohmann::json::parse(answer_.body)["entry"][0]["response"];
  EXPECT_EQ(response["outcome"]["resourceType"], "OperationOutcome");
  EXPECT_FALSE(response.contains("location"));
}

TEST_F(EntryFaultTest, TheOthersOfATransactionAreDone) {
  Withholding gate({"Patient/a"});
  EXPECT_THAT(post(transaction({put("Patient", "a"), put("Patient", "b")}), gate),
              ElementsAre("429 Too Many Requests", "201 Created"));
  EXPECT_EQ(digest()["total"], 1);
}

TEST_F(EntryFaultTest, WhatRefersToAWithheldFullUrlIsWithheldToo) {
  const auto refers = [](const char* id, const char* to) {
    return put("Basic", id, fmt::format(R"(,"subject":{{"reference":"{}"}})", to));
  };
  Withholding gate({"Patient"});
  const std::string patient = entry("POST", "Patient", R"({"resourceType":"Patient"})");
  // In an order in which the chain is found from its far end.
  EXPECT_THAT(post(transaction({refers("far", "urn:uuid:2"),
                                named("urn:uuid:2", refers("near", "urn:uuid:1")),
                                named("urn:uuid:1", patient), put("Basic", "free")}),
                   gate),
              ElementsAre("429 Too Many Requests", "429 Too Many Requests", "429 Too Many Requests",
                          "201 Created"));
  EXPECT_EQ(digest()["total"], 1);
  EXPECT_EQ(digest()["dangling"], 0);
}

TEST_F(EntryFaultTest, RelativeReferencesBindOnlyWhereTheyAreEnforced) {
  const std::string both = transaction(
      {put("Patient", "a"), put("Basic", "b", R"(,"subject":{"reference":"Patient/a"})")});
  Withholding open({"Patient/a"});
  EXPECT_THAT(post(both, open), ElementsAre("429 Too Many Requests", "201 Created"));
  Withholding enforcing({"Patient/a"}, References::kEnforced);
  EXPECT_THAT(post(both, enforcing), ElementsAre("429 Too Many Requests", "429 Too Many Requests"));
}

TEST_F(EntryFaultTest, EntriesOfABatchDoNotDependOnEachOther) {
  Withholding gate({"Patient/a"}, References::kEnforced);
  EXPECT_THAT(post(batch({put("Patient", "a"),
                          put("Basic", "b", R"(,"subject":{"reference":"Patient/a"})")}),
                   gate),
              ElementsAre("429 Too Many Requests", "201 Created"));
}

TEST_F(EntryFaultTest, ARefusedTransactionSettlesNothing) {
  Withholding gate({"Patient/a"});
  post(transaction({put("Patient", "a"), entry("PATCH", "Patient/b", "")}), gate);
  EXPECT_EQ(answer_.status, 400);
  EXPECT_TRUE(gate.settled().empty());
  EXPECT_EQ(digest()["total"], 0);
}

TEST_F(EntryFaultTest, WhatIsNotAdmittedIsNotDone) {
  Withholding gate({});
  gate.at_most(1);
  post(batch({put("Patient", "a"), put("Patient", "b")}), gate);
  EXPECT_EQ(answer_.status, 503);
  EXPECT_EQ(digest()["total"], 0);
  EXPECT_EQ(digest()["refused_entries"], 2);
}

TEST_F(EntryFaultTest, ASingleResourceHasToBeAdmittedAsWell) {
  Withholding gate({});
  gate.at_most(0);
  const Body body(R"({"resourceType":"Patient","id":"p"})");
  const Answer answer =
      endpoint_.handle({.method = Method::kPut, .url = "Patient/p", .body = &body, .gate = &gate});
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(digest()["total"], 0);
}

}  // namespace
}  // namespace fhirehose::target
