#include "record/bundle_response.hpp"

#include <gtest/gtest.h>

namespace fhirehose::record {
namespace {

const std::string kMixed = R"({"resourceType":"Bundle","type":"batch-response","entry":[
  {"response":{"status":"201 Created","location":"Patient/a/_history/1",
    "outcome":{"resourceType":"OperationOutcome","issue":[{"severity":"information"}]}}},
  {"response":{"outcome":{"resourceType":"OperationOutcome","issue":[]},"status":"400 Bad Request"}},
  {"resource":{"resourceType":"OperationOutcome","id":"x"},"response":{"status":"422"}},
  {"response":{"status":"204"}}]})";

std::vector<EntryResponse> read(std::string& body) {
  return read_bundle_response(body, 4).value_or(std::vector<EntryResponse>());
}

TEST(BundleResponse, GivesTheStatusOfEachEntryInOrder) {
  std::string body = kMixed;
  const auto entries = read(body);
  ASSERT_EQ(entries.size(), 4U);
  EXPECT_EQ(entries[0].status, 201);
  EXPECT_EQ(entries[1].status, 400);
  EXPECT_EQ(entries[2].status, 422);
  EXPECT_EQ(entries[3].status, 204);
}

TEST(BundleResponse, GivesTheOutcomeAsItWasSpelled) {
  std::string body = kMixed;
  const auto entries = read(body);
  ASSERT_EQ(entries.size(), 4U);
  EXPECT_EQ(entries[1].outcome, R"({"resourceType":"OperationOutcome","issue":[]})");
  EXPECT_EQ(entries[3].outcome, "");
}

TEST(BundleResponse, GivesTheResourceThatWasReadAsItWasSpelled) {
  std::string body = R"({"resourceType":"Bundle","entry":[
    {"resource":{ "resourceType":"Patient","id":"a" },"response":{"status":"200 OK"}},
    {"response":{"status":"404"}}]})";
  const auto entries = read(body);
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].resource, R"({ "resourceType":"Patient","id":"a" })");
  EXPECT_EQ(entries[0].outcome, "");
  EXPECT_EQ(entries[1].resource, "");
}

TEST(BundleResponse, TakesTheOutcomeOfAFailureFromTheResourceWhereTheResponseHasNone) {
  std::string body = kMixed;
  const auto entries = read(body);
  ASSERT_EQ(entries.size(), 4U);
  EXPECT_EQ(entries[2].outcome, R"({"resourceType":"OperationOutcome","id":"x"})");
}

TEST(BundleResponse, AnEntryWithoutAReadableStatusHasNone) {
  for (const char* response : {"{}", R"({"status":""})", R"({"status":"OK"})", R"({"status":"99"})",
                               R"({"status":"2000"})", R"({"status":"-20"})"}) {
    std::string body =
        R"({"entry":[{"response":)" + std::string(response) + R"(}],"resourceType":"Bundle"})";
    const auto entries = read(body);
    ASSERT_EQ(entries.size(), 1U) << response;
    EXPECT_EQ(entries[0].status, 0) << response;
  }
}

TEST(BundleResponse, AnAnswerThatIsCutAnywhereIsNotBelieved) {
  for (std::size_t length = 0; length < kMixed.size(); ++length) {
    std::string body = kMixed.substr(0, length);
    const auto entries = read_bundle_response(body, 4);
    ASSERT_FALSE(entries) << length;
    EXPECT_EQ(entries.error().kind, core::ErrorKind::kRetry);
  }
}

TEST(BundleResponse, WhatIsNoBundleIsNotBelieved) {
  for (const char* text :
       {"", "null", "[]", "<html>", R"({"resourceType":"OperationOutcome"})", R"({"entry":[]})",
        R"({"resourceType":"Bundle","entry":{}})", R"({"resourceType":"Bundle","entry":[1]})"}) {
    std::string body = text;
    EXPECT_FALSE(read_bundle_response(body, 1)) << text;
  }
}

TEST(BundleResponse, WithoutEntriesIsEmpty) {
  std::string body = R"({"resourceType":"Bundle","type":"transaction-response"})";
  const auto entries = read_bundle_response(body, 0);
  ASSERT_TRUE(entries);
  EXPECT_TRUE(entries->empty());
}

TEST(OutcomeIssue, GivesTypeAndLeadingCodeOfTheFirstIssue) {
  const OutcomeIssue issue = first_issue(R"({"resourceType":"OperationOutcome","issue":[
    {"severity":"error","code":"not-found","diagnostics":"HAPI-1094: Resource P/x not found"},
    {"severity":"error","code":"invalid","diagnostics":"HAPI-0001: later"}]})");
  EXPECT_EQ(issue.type, "not-found");
  EXPECT_EQ(issue.server_code, "HAPI-1094");
}

TEST(OutcomeIssue, KeepsNoFreeText) {
  for (const char* text : {"Jane Doe", "HAPI", "HAPI-", "HAPI-x", "-12", "1094", ""}) {
    const OutcomeIssue issue = first_issue(R"({"issue":[{"code":"Jane Doe","diagnostics":")" +
                                           std::string(text) + R"("}]})");
    EXPECT_EQ(issue.server_code, "") << text;
    EXPECT_EQ(issue.type, "");
  }
}

TEST(OutcomeIssue, OfAnythingElseIsEmpty) {
  for (const char* text : {"", "<html>", "{}", R"({"issue":[]})", R"({"issue":{}})", "[1]"}) {
    EXPECT_EQ(first_issue(text).type, "") << text;
    EXPECT_EQ(first_issue(text).server_code, "") << text;
  }
}

TEST(SpokenText, IsWhatAllIssuesSayToPeople) {
  EXPECT_EQ(spoken_text(R"({"resourceType":"OperationOutcome","issue":[
    {"code":"invalid","diagnostics":"one"},{"details":{"text":"two","coding":[]}},
    {"details":{"coding":[]}},{"diagnostics":3},{"expression":["x"],"diagnostics":"three"}]})"),
            "one\ntwo\nthree\n");
}

TEST(SpokenText, OfAnythingElseIsEmpty) {
  for (const char* text : {"", "<html>", "{}", R"({"issue":[]})", R"({"issue":{}})", "[1]"}) {
    EXPECT_EQ(spoken_text(text), "") << text;
  }
}

}  // namespace
}  // namespace fhirehose::record
