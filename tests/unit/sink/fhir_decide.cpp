#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fhir_records.hpp"
#include "sink/fhir/delivery.hpp"

namespace fhirehose::sink::fhir {
namespace {

using core::ErrorKind;

constexpr Patience kUsualAttempts{.max_attempts = 8, .isolate_after = 3};
constexpr auto kT = BundleKind::kTransaction;
constexpr auto kB = BundleKind::kBatch;
constexpr auto kWhole = Scope::kRequest;
constexpr auto kOne = Scope::kEntry;

/// A server that has taken other entries.
constexpr bool kWorks = true;
constexpr bool kGone = true;

/// One line of the design's table, with the cases at its edges.
struct Line {
  std::string fact;
  Answer answer;
  Standing standing;
  Step step;
};

Answer status(Scope scope, int code, const std::string& server_code = {}) {
  return read_answer(scope, code, server_code.empty() ? "" : outcome(server_code));
}

Answer of_issue(Scope scope, int code, std::string issue) {
  return {.scope = scope, .status = code, .issue = std::move(issue)};
}

Answer missing(Scope scope, int code) {
  return {.scope = scope, .status = code, .missing = MissingTarget{}};
}

Answer failed(ErrorKind kind) { return {.failure = kind}; }

void expect(const std::vector<Line>& table) {
  for (const Line& line : table) {
    EXPECT_EQ(decide(line.answer, line.standing, kUsualAttempts), line.step) << line.fact;
  }
}

TEST(Decide, SuccessLoads) {
  expect({{"200", status(kWhole, 200), {kT, 100, 1}, Step::kLoaded},
          {"201 of an entry", status(kOne, 201), {kT, 100, 1}, Step::kLoaded},
          {"299", status(kWhole, 299), {kT, 1, 1}, Step::kLoaded}});
}

TEST(Decide, NoAnswerIsTriedAgain) {
  expect({{"a lost connection", failed(ErrorKind::kRetry), {kT, 100, 1}, Step::kRetry},
          {"of a batch", failed(ErrorKind::kRetry), {kB, 1, 7}, Step::kRetry},
          {"no better as a batch", failed(ErrorKind::kRetry), {kT, 100, 3}, Step::kRetry},
          {"in halves", failed(ErrorKind::kRetry), {kT, 100, 8, kWorks}, Step::kSplit},
          {"till one breaks it", failed(ErrorKind::kRetry), {kT, 1, 8, kWorks}, Step::kReject},
          {"if others pass", failed(ErrorKind::kRetry), {kT, 1, 8}, Step::kRetry},
          {"not for ever", failed(ErrorKind::kRetry), {kT, 1, 0, kWorks, kGone}, Step::kStop},
          {"a bad certificate", failed(ErrorKind::kUsage), {kT, 100, 1}, Step::kStop},
          {"an unknown failure", failed(ErrorKind::kStop), {kT, 100, 1}, Step::kStop},
          {"too long an answer", failed(ErrorKind::kSplit), {kT, 2, 1}, Step::kSplit},
          {"to one entry", failed(ErrorKind::kSplit), {kT, 1, 1}, Step::kReject}});
}

TEST(Decide, ABusyServerIsWaitedForAndRejectsNobody) {
  for (const int code : {408, 425, 429, 503}) {
    expect({{"of a transaction", status(kWhole, code), {kT, 100, 1}, Step::kRetry},
            {"isolates nobody", status(kWhole, code), {kT, 100, 99, kWorks}, Step::kRetry},
            {"of one alone", status(kWhole, code), {kB, 1, 99, kWorks}, Step::kRetry},
            {"for good", status(kWhole, code), {kB, 1, 1, kWorks, kGone}, Step::kStop}});
  }
  expect({{"429 of an entry", status(kOne, 429), {kT, 100, 99, kWorks}, Step::kRetry},
          {"429 of all", status(kOne, 429), {kT, 100, 1, kWorks, kGone}, Step::kStop}});
}

TEST(Decide, AConflictIsTriedAgainAndThenRejected) {
  for (const std::string code : {"HAPI-0823", "HAPI-0825", "HAPI-0550"}) {
    expect({{"passes", status(kWhole, 409, code), {kT, 100, 2}, Step::kRetry},
            {"is isolated", status(kWhole, 409, code), {kT, 100, 3}, Step::kAsBatch},
            {"of one alone is", status(kWhole, 409, code), {kT, 1, 3}, Step::kRetry},
            {"of an entry passes", status(kOne, 409, code), {kB, 100, 7}, Step::kRetry},
            {"for good", status(kOne, 409, code), {kB, 100, 8}, Step::kReject},
            {"of one for good", status(kWhole, 409, code), {kT, 1, 8}, Step::kReject},
            {"of a whole batch", status(kWhole, 409, code), {kB, 100, 8}, Step::kSplit},
            {"is no silence", status(kOne, 409, code), {kB, 1, 7, kWorks, kGone}, Step::kRetry}});
  }
  expect({{"412 passes", status(kOne, 412), {kT, 100, 1}, Step::kRetry},
          {"412 for good", status(kOne, 412), {kT, 100, 8}, Step::kReject}});
}

TEST(Decide, AConditionThatSeveralMeetIsARefusal) {
  expect({{"of a transaction", status(kWhole, 412, "HAPI-2207"), {kT, 100, 1}, Step::kAsBatch},
          {"of an entry", status(kOne, 412, "HAPI-2207"), {kB, 100, 1}, Step::kReject},
          {"by the issue's type",
           of_issue(kOne, 412, "multiple-matches"),
           {kB, 9, 1},
           Step::kReject}});
}

TEST(Decide, AFaultIsTheEntrysOnlyWhereOthersAreLoaded) {
  for (const int code : {500, 501, 507, 599}) {
    expect({{"passes", status(kWhole, code), {kT, 100, 1}, Step::kRetry},
            {"is isolated", status(kWhole, code), {kT, 100, 3}, Step::kAsBatch},
            {"of a batch", status(kWhole, code), {kB, 100, 3}, Step::kRetry},
            {"of a batch for good", status(kWhole, code), {kB, 100, 8}, Step::kSplit},
            {"of an entry passes", status(kOne, code), {kB, 100, 7, kWorks}, Step::kRetry},
            {"of an entry for good", status(kOne, code), {kB, 3, 8, kWorks}, Step::kReject},
            {"of one for good", status(kWhole, code), {kB, 1, 8, kWorks}, Step::kReject},
            {"of every entry", status(kOne, code), {kB, 3, 8}, Step::kRetry},
            {"of everything", status(kOne, code), {kB, 3, 8, !kWorks, kGone}, Step::kStop},
            {"now", status(kOne, code), {kB, 3, 2, kWorks, kGone}, Step::kStop}});
  }
  expect({{"a pool exhausted", status(kWhole, 500, "HAPI-0389"), {kT, 100, 1}, Step::kRetry},
          {"503 of an entry", status(kOne, 503), {kB, 3, 8, kWorks}, Step::kReject},
          {"no status of an entry", status(kOne, 0), {kT, 100, 1}, Step::kRetry},
          {"502 is silence", status(kWhole, 502), {kT, 100, 3}, Step::kRetry},
          {"504 is silence", status(kWhole, 504), {kT, 100, 3}, Step::kRetry},
          {"504 in halves", status(kWhole, 504), {kT, 100, 8}, Step::kSplit}});
}

TEST(Decide, WhatIsTooLargeIsHalved) {
  expect({{"413", status(kWhole, 413), {kT, 100, 1}, Step::kSplit},
          {"413 of one alone", status(kWhole, 413), {kT, 1, 1}, Step::kReject},
          {"413 of an entry", status(kOne, 413), {kB, 100, 1}, Step::kReject},
          {"an entry limit", of_issue(kWhole, 400, "too-costly"), {kT, 100, 1}, Step::kSplit},
          {"a size limit", of_issue(kWhole, 400, "too-long"), {kT, 100, 1}, Step::kSplit},
          {"of one alone", of_issue(kWhole, 400, "too-long"), {kT, 1, 1}, Step::kReject}});
}

TEST(Decide, ARefusedTransactionGoesAsABatchAndThenInHalves) {
  for (const std::string code : {"HAPI-0960", "HAPI-0521", "HAPI-0419", "HAPI-0420", "HAPI-0507",
                                 "HAPI-0541", "HAPI-0535"}) {
    expect({{"a transaction", status(kWhole, 400, code), {kT, 100, 1}, Step::kAsBatch},
            {"a batch", status(kWhole, 400, code), {kB, 100, 1}, Step::kSplit},
            {"one alone", status(kWhole, 400, code), {kT, 1, 1}, Step::kReject},
            {"an entry", status(kOne, 400, code), {kB, 100, 1}, Step::kReject}});
  }
  expect({{"422", status(kWhole, 422), {kT, 100, 1}, Step::kAsBatch},
          {"400 of a batch", status(kWhole, 400), {kB, 100, 1}, Step::kSplit},
          {"a bad date", status(kWhole, 400, "HAPI-0450"), {kT, 100, 1}, Step::kSplit},
          {"a bad date in a batch", status(kWhole, 400, "HAPI-0450"), {kB, 2, 1}, Step::kSplit},
          {"a bad date alone", status(kWhole, 400, "HAPI-0450"), {kT, 1, 1}, Step::kReject}});
}

TEST(Decide, AMissingTargetIsWaitedFor) {
  expect({{"of a transaction", status(kWhole, 404, "HAPI-1091"), {kT, 9, 1}, Step::kAsBatch},
          {"of an entry", status(kOne, 400, "HAPI-1094"), {kB, 100, 1}, Step::kAwaitOthers},
          {"a conditional one", status(kOne, 404, "HAPI-1091"), {kB, 100, 1}, Step::kAwaitOthers},
          {"alone", status(kWhole, 400, "HAPI-1094"), {kT, 1, 1}, Step::kAwaitOthers},
          {"with 409, as Blaze", missing(kWhole, 409), {kT, 100, 1}, Step::kAsBatch},
          {"of an entry of Blaze's", missing(kOne, 409), {kB, 100, 1}, Step::kAwaitOthers}});
}

TEST(Decide, CredentialsAndWrongAddressesStop) {
  expect({{"401 renews", status(kWhole, 401), {kT, 100, 1}, Step::kRenew},
          {"403", status(kWhole, 403), {kT, 100, 1}, Step::kStop},
          {"403 of an entry", status(kOne, 403), {kT, 100, 1}, Step::kStop},
          {"a redirect", status(kWhole, 307), {kT, 100, 1}, Step::kStop},
          {"404 without an outcome", status(kWhole, 404), {kT, 1, 1}, Step::kStop},
          {"405 without an outcome", status(kWhole, 405), {kT, 100, 1}, Step::kStop}});
}

TEST(Decide, AServerThatKnowsNoBundlesRejectsNoRecord) {
  const Answer lost = of_issue(kWhole, 404, "not-found");
  const Answer unknown = of_issue(kWhole, 400, "not-supported");  // it may be of one type
  expect({{"a batch tells", lost, {kT, 100, 1}, Step::kAsBatch},
          {"of one as well", lost, {kT, 1, 1}, Step::kAsBatch},
          {"of a batch", lost, {kB, 100, 1}, Step::kStop},
          {"of a batch of one", status(kWhole, 405, "HAPI-0302"), {kB, 1, 1}, Step::kStop},
          {"with 400", unknown, {kB, 100, 1}, Step::kSplit},
          {"of an entry", of_issue(kOne, 404, "not-found"), {kB, 100, 1}, Step::kReject},
          {"once others were taken", lost, {kB, 100, 1, kWorks}, Step::kSplit},
          {"of one of them", lost, {kT, 1, 1, kWorks}, Step::kReject},
          {"that says what is missing",
           status(kWhole, 404, "HAPI-1091"),
           {kB, 1, 1},
           Step::kAwaitOthers}});
}

TEST(Decide, WhenPatienceIsOverNothingWaitsButAConflict) {
  for (int code = 100; code < 600; ++code) {
    for (const Scope scope : {kWhole, kOne}) {
      if (trouble_of(status(scope, code)) == Trouble::kConflict) continue;
      const Step step = decide(status(scope, code), {kT, 100, 1, kWorks, kGone}, kUsualAttempts);
      EXPECT_NE(step, Step::kRetry) << code;
    }
  }
}

TEST(Decide, NothingIsRejectedForTroubleOfAServerThatNeverLoadedAnything) {
  for (int code = 100; code < 600; ++code) {
    const Answer answer = status(kWhole, code);
    if (trouble_of(answer) != Trouble::kFault && trouble_of(answer) != Trouble::kPace) continue;
    for (const std::size_t entries : {1U, 100U}) {
      EXPECT_NE(decide(answer, {kB, entries, 99}, kUsualAttempts), Step::kReject) << code;
    }
  }
}

TEST(Decide, NoAnswerSplitsOneEntryNorAsksAnEntryToAnswerAsABatch) {
  for (int code = 100; code < 600; ++code) {
    for (std::uint32_t attempts = 1; attempts <= 8; ++attempts) {
      EXPECT_NE(decide(status(kWhole, code), {kB, 1, attempts}, kUsualAttempts), Step::kSplit);
      const Step step = decide(status(kOne, code), {kT, 100, attempts}, kUsualAttempts);
      EXPECT_TRUE(step != Step::kSplit && step != Step::kAsBatch) << code;
    }
  }
}

TEST(MayPass, IsTrueOfWhatDependsOnTheMoment) {
  EXPECT_TRUE(may_pass(failed(ErrorKind::kRetry)));
  EXPECT_FALSE(may_pass(failed(ErrorKind::kUsage)));
  for (const int code : {408, 409, 412, 425, 429, 500, 502, 503, 504}) {
    EXPECT_TRUE(may_pass(status(kWhole, code))) << code;
  }
  for (const int code : {200, 400, 401, 403, 404, 413, 422}) {
    EXPECT_FALSE(may_pass(status(kWhole, code))) << code;
  }
}

}  // namespace
}  // namespace fhirehose::sink::fhir
