#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fhir_records.hpp"
#include "sink/fhir/bundle_reading.hpp"

namespace fhirehose::sink::fhir {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using Found = Stored::Kind;

constexpr Patience kFewReads{.max_attempts = 4, .isolate_after = 2, .base = 100ms};

http::Response answer_of(int code, std::string body = {}) {
  return {.status = code, .body = std::move(body)};
}

/// An answer that gives each entry this status, and a resource where that is 200.
http::Response batch_of(const std::vector<int>& statuses) {
  std::string text = R"({"resourceType":"Bundle","type":"batch-response","entry":[)";
  for (const int code : statuses) {
    if (text.back() != '[') text += ',';
    if (code == 200)
      text += R"({"resource":{"resourceType":"Patient"},"response":{"status":"200"}})";
    if (code != 200) text += R"({"response":{"status":")" + std::to_string(code) + "\"}}";
  }
  return answer_of(200, text + "]}");
}

http::Response failure(core::ErrorKind kind) { return {.failure = core::Error{kind, "lost"}}; }
http::Response silence() { return failure(core::ErrorKind::kRetry); }

class BundleReadingTest : public testing::Test {
 protected:
  Next answer(http::Response response) {
    return reading_.answered(std::move(response), {now_, 1.0});
  }
  [[nodiscard]] std::vector<Found> kinds() {
    std::vector<Found> kinds;
    for (const Stored& stored : reading_.reading().stored) kinds.push_back(stored.kind);
    return kinds;
  }

  Clock::time_point now_{};
  BundleReading reading_{PatientBundle({"a", "b", "c", "d"}).bundle(), kFewReads, Ask::kTogether};
};

TEST_F(BundleReadingTest, AsksForAllAtOnceAndTakesEachAnswerForItself) {
  EXPECT_THAT(reading_.question(), ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(answer(batch_of({200, 404, 410, 422})).kind, Next::Kind::kDone);
  EXPECT_THAT(kinds(),
              ElementsAre(Found::kText, Found::kMissing, Found::kMissing, Found::kUnreadable));
  EXPECT_EQ(reading_.reading().stored[0].text, R"({"resourceType":"Patient"})");
  EXPECT_EQ(reading_.reading().stored[3].reason, "the server answered 422");
  EXPECT_FALSE(reading_.reading().stopped);
}

TEST_F(BundleReadingTest, AsksAgainOnlyForWhatMayCome) {
  const Next next = answer(batch_of({200, 503, 404, 429}));
  EXPECT_EQ(next.kind, Next::Kind::kSend);
  EXPECT_EQ(next.wait, 100ms);
  EXPECT_THAT(reading_.question(), ElementsAre(1, 3));
  EXPECT_EQ(answer(batch_of({200, 200})).kind, Next::Kind::kDone);
  EXPECT_THAT(kinds(), ElementsAre(Found::kText, Found::kText, Found::kMissing, Found::kText));
}

TEST_F(BundleReadingTest, GivesUpAnEntryThatFailsByItself) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(answer(batch_of({500, 500, 500, 500})).kind, Next::Kind::kSend);
  }
  EXPECT_EQ(answer(batch_of({200, 200, 200, 500})).kind, Next::Kind::kDone);
  EXPECT_THAT(kinds(), ElementsAre(Found::kText, Found::kText, Found::kText, Found::kUnreadable));
}

TEST_F(BundleReadingTest, AsksOneByOneWhereNoBatchIsTaken) {
  EXPECT_EQ(answer(answer_of(400)).wait, 0ms);
  EXPECT_EQ(reading_.ask(), Ask::kSingly);
  EXPECT_THAT(reading_.question(), ElementsAre(0));
  answer(answer_of(200, "{}"));
  EXPECT_THAT(reading_.question(), ElementsAre(1));
  answer(answer_of(404));
  answer(answer_of(400));
  EXPECT_EQ(answer(answer_of(410)).kind, Next::Kind::kDone);
  EXPECT_THAT(kinds(),
              ElementsAre(Found::kText, Found::kMissing, Found::kUnreadable, Found::kMissing));
}

TEST_F(BundleReadingTest, AsksOneByOneWhereABatchTakesNoGet) {
  answer(batch_of({405, 405, 405, 405}));
  EXPECT_EQ(reading_.ask(), Ask::kSingly);
  EXPECT_THAT(reading_.question(), ElementsAre(0));
}

TEST_F(BundleReadingTest, AsksForLessWhenTheAnswerIsTooLong) {
  answer(failure(core::ErrorKind::kSplit));
  EXPECT_THAT(reading_.question(), ElementsAre(0, 1));
  answer(answer_of(413));
  EXPECT_THAT(reading_.question(), ElementsAre(0));
  answer(failure(core::ErrorKind::kSplit));
  EXPECT_THAT(reading_.question(), ElementsAre(1));
  answer(batch_of({200}));
  EXPECT_EQ(answer(batch_of({200, 200})).kind, Next::Kind::kDone);
  EXPECT_THAT(kinds(), ElementsAre(Found::kUnreadable, Found::kText, Found::kText, Found::kText));
}

TEST_F(BundleReadingTest, FindsTheEntryThatBreaksTheServer) {
  const auto breaks = [this] { return std::ranges::count(reading_.question(), 2U) > 0; };
  for (int i = 0; i < 100; ++i) {
    const auto size = reading_.question().size();
    const Next next = answer(breaks() ? answer_of(500) : batch_of(std::vector<int>(size, 200)));
    if (next.kind == Next::Kind::kDone) break;
  }
  EXPECT_THAT(kinds(), ElementsAre(Found::kText, Found::kText, Found::kUnreadable, Found::kText));
}

TEST_F(BundleReadingTest, TakesNoAnswerThatIsNotAboutWhatWasAsked) {
  EXPECT_EQ(answer(batch_of({200})).kind, Next::Kind::kSend);
  EXPECT_EQ(answer(answer_of(200, "<html></html>")).kind, Next::Kind::kSend);
  EXPECT_THAT(kinds(), testing::Each(Found::kMissing));
  EXPECT_THAT(reading_.question(), ElementsAre(0, 1));
}

TEST_F(BundleReadingTest, WaitsForASilentServerUntilItsPatienceEnds) {
  for (int i = 0; i < 100; ++i) EXPECT_EQ(answer(silence()).kind, Next::Kind::kSend);
  EXPECT_THAT(reading_.question(), ElementsAre(0, 1, 2, 3));
  now_ += kFewReads.total;
  EXPECT_EQ(answer(answer_of(503)).kind, Next::Kind::kDone);
  ASSERT_TRUE(reading_.reading().stopped);
  EXPECT_EQ(reading_.reading().stopped->kind, core::ErrorKind::kStop);
  EXPECT_THAT(reading_.reading().stopped->message, HasSubstr("the server answered 503"));
}

TEST_F(BundleReadingTest, IsPatientAnewAfterAnyProgress) {
  answer(batch_of({200, 503, 503, 503}));
  now_ += kFewReads.total;
  EXPECT_EQ(answer(batch_of({200, 503, 503})).kind, Next::Kind::kSend);
  now_ += kFewReads.total;
  EXPECT_EQ(answer(batch_of({503, 503})).kind, Next::Kind::kDone);
  EXPECT_TRUE(reading_.reading().stopped);
}

TEST_F(BundleReadingTest, WaitsAsLongAsItIsTold) {
  http::Response busy = answer_of(429);
  busy.retry_after = 9s;
  EXPECT_EQ(answer(std::move(busy)).wait, 9'100ms);
}

TEST_F(BundleReadingTest, StopsWhereCredentialsDoNotDo) {
  EXPECT_EQ(answer(answer_of(403)).kind, Next::Kind::kDone);
  ASSERT_TRUE(reading_.reading().stopped);
  EXPECT_THAT(reading_.reading().stopped->message, HasSubstr("credentials"));
}

TEST_F(BundleReadingTest, StopsAtWhatNeverPasses) {
  EXPECT_EQ(answer(failure(core::ErrorKind::kUsage)).kind, Next::Kind::kDone);
  EXPECT_TRUE(reading_.reading().stopped);
}

}  // namespace
}  // namespace fhirehose::sink::fhir
