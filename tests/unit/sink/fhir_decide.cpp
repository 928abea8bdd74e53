#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sink/fhir/delivery.hpp"

namespace fhirehose::sink::fhir {
namespace {

using core::ErrorKind;

constexpr Patience kUsualAttempts{.max_attempts = 8, .isolate_after = 3};
constexpr auto kT = BundleKind::kTransaction;
constexpr auto kB = BundleKind::kBatch;
constexpr auto kWhole = Scope::kRequest;
constexpr auto kOne = Scope::kEntry;

/// One line of the design's table, with the cases at its edges.
struct Line {
  std::string fact;
  Answer answer;
  Standing standing;
  Step step;
};

Answer status(Scope scope, int code, std::string_view server_code = {},
              std::string_view issue = {}) {
  return {scope, std::nullopt, code, server_code, issue};
}

Answer failed(ErrorKind kind) { return {.failure = kind}; }

const std::vector<Line> kTable = {
    {"200 loads", status(kWhole, 200), {kT, 100, 1}, Step::kLoaded},
    {"201 of an entry loads", status(kOne, 201), {kT, 100, 1}, Step::kLoaded},
    {"299 loads", status(kWhole, 299), {kT, 1, 1}, Step::kLoaded},

    {"a lost connection is tried again", failed(ErrorKind::kRetry), {kT, 100, 1}, Step::kRetry},
    {"even of a batch", failed(ErrorKind::kRetry), {kB, 1, 7}, Step::kRetry},
    {"but not for ever", failed(ErrorKind::kRetry), {kT, 100, 8}, Step::kStop},
    {"a bad certificate stops", failed(ErrorKind::kUsage), {kT, 100, 1}, Step::kStop},
    {"an unknown failure stops", failed(ErrorKind::kStop), {kT, 100, 1}, Step::kStop},
    {"an answer too long halves", failed(ErrorKind::kSplit), {kT, 2, 1}, Step::kSplit},
    {"until one is left", failed(ErrorKind::kSplit), {kT, 1, 1}, Step::kReject},

    {"408 passes", status(kWhole, 408), {kT, 100, 1}, Step::kRetry},
    {"425 passes", status(kWhole, 425), {kT, 100, 1}, Step::kRetry},
    {"429 passes", status(kWhole, 429), {kT, 100, 7}, Step::kRetry},
    {"429 that stays stops", status(kWhole, 429), {kT, 100, 8}, Step::kStop},
    {"429 of an entry passes", status(kOne, 429), {kT, 100, 1}, Step::kRetry},
    {"429 of an entry never rejects", status(kOne, 429), {kT, 100, 8, true}, Step::kStop},
    {"503 passes", status(kWhole, 503), {kB, 100, 1}, Step::kRetry},
    {"503 isolates nobody", status(kWhole, 503), {kT, 100, 3}, Step::kRetry},
    {"503 that stays stops", status(kWhole, 503), {kT, 1, 8}, Step::kStop},

    {"409 passes", status(kWhole, 409), {kT, 100, 2}, Step::kRetry},
    {"409 again and again is isolated", status(kWhole, 409), {kT, 100, 3}, Step::kAsBatch},
    {"409 of one alone need not be", status(kWhole, 409), {kT, 1, 3}, Step::kRetry},
    {"409 of an entry passes", status(kOne, 409), {kB, 100, 7}, Step::kRetry},
    {"409 for good rejects", status(kOne, 409, "HAPI-0550"), {kB, 100, 8}, Step::kReject},
    {"409 of one alone for good rejects", status(kWhole, 409), {kT, 1, 8}, Step::kReject},
    {"409 of a whole batch halves", status(kWhole, 409), {kB, 100, 8}, Step::kSplit},
    {"412 passes", status(kOne, 412), {kT, 100, 1}, Step::kRetry},
    {"412 for good rejects", status(kOne, 412), {kT, 100, 8}, Step::kReject},

    {"500 passes", status(kWhole, 500), {kT, 100, 1}, Step::kRetry},
    {"500 again and again is isolated", status(kWhole, 500), {kT, 100, 3}, Step::kAsBatch},
    {"500 of a batch that stays stops", status(kWhole, 500), {kB, 100, 8}, Step::kStop},
    {"500 of an entry passes", status(kOne, 500), {kB, 100, 1}, Step::kRetry},
    {"500 of an entry, others loaded", status(kOne, 500), {kB, 3, 8, true}, Step::kReject},
    {"500 of each entry stops", status(kOne, 500), {kB, 3, 8, false}, Step::kStop},
    {"500 of the last one, others loaded", status(kWhole, 500), {kB, 1, 8, true}, Step::kReject},
    {"no status of an entry is a fault", status(kOne, 0), {kT, 100, 1}, Step::kRetry},

    {"413 halves", status(kWhole, 413), {kT, 100, 1}, Step::kSplit},
    {"413 of one alone rejects", status(kWhole, 413), {kT, 1, 1}, Step::kReject},
    {"413 of an entry rejects", status(kOne, 413), {kB, 100, 1}, Step::kReject},

    {"400 of a transaction", status(kWhole, 400, "HAPI-0960"), {kT, 100, 1}, Step::kAsBatch},
    {"422 of a transaction", status(kWhole, 422), {kT, 100, 1}, Step::kAsBatch},
    {"404 of a reference", status(kWhole, 404, "HAPI-1091"), {kT, 100, 1}, Step::kAsBatch},
    {"400 of one alone", status(kWhole, 400, "HAPI-0960"), {kT, 1, 1}, Step::kReject},
    {"400 of an entry", status(kOne, 400, "HAPI-0960"), {kB, 100, 1}, Step::kReject},
    {"400 of a batch halves", status(kWhole, 400), {kB, 100, 1}, Step::kSplit},
    {"a bad date halves at once", status(kWhole, 400, "HAPI-0450"), {kT, 100, 1}, Step::kSplit},
    {"a bad date alone rejects", status(kWhole, 400, "HAPI-0450"), {kT, 1, 1}, Step::kReject},

    {"a missing target waits", status(kOne, 400, "HAPI-1094"), {kB, 100, 1}, Step::kAwaitTarget},
    {"a conditional one too", status(kOne, 404, "HAPI-1091"), {kB, 100, 1}, Step::kAwaitTarget},
    {"one alone too", status(kWhole, 400, "HAPI-1094"), {kT, 1, 1}, Step::kAwaitTarget},

    {"401 renews", status(kWhole, 401), {kT, 100, 1}, Step::kRenew},
    {"403 stops", status(kWhole, 403), {kT, 100, 1}, Step::kStop},
    {"403 of an entry stops", status(kOne, 403), {kT, 100, 1}, Step::kStop},

    {"a redirect stops", status(kWhole, 307), {kT, 100, 1}, Step::kStop},
    {"404 without an outcome stops", status(kWhole, 404), {kT, 1, 1}, Step::kStop},
    {"404 with one doesn't", status(kWhole, 404, "", "not-found"), {kT, 1, 1}, Step::kReject},
    {"405 without an outcome stops", status(kWhole, 405), {kT, 100, 1}, Step::kStop},
};

TEST(Decide, FollowsTheTable) {
  for (const Line& line : kTable) {
    EXPECT_EQ(decide(line.answer, line.standing, kUsualAttempts), line.step) << line.fact;
  }
}

TEST(Decide, NoAnswerIsTriedWithoutEnd) {
  for (int code = 100; code < 600; ++code) {
    for (const Scope scope : {kWhole, kOne}) {
      const Step step =
          decide(status(scope, code), {kT, 100, kUsualAttempts.max_attempts}, kUsualAttempts);
      EXPECT_NE(step, Step::kRetry) << code;
    }
  }
}

TEST(Decide, NoAnswerSplitsOneEntryNorAsksAnEntryToAnswerAsABatch) {
  for (int code = 100; code < 600; ++code) {
    for (std::uint32_t failures = 1; failures <= 8; ++failures) {
      EXPECT_NE(decide(status(kWhole, code), {kB, 1, failures}, kUsualAttempts), Step::kSplit);
      const Step step = decide(status(kOne, code), {kT, 100, failures}, kUsualAttempts);
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
