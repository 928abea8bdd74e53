#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fhir_records.hpp"
#include "sink/fhir/bundle_delivery.hpp"

namespace fhirehose::sink::fhir {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr Patience kFewAttempts{.max_attempts = 4, .isolate_after = 2, .base = 100ms};

http::Response status(int code, std::string body = {}) {
  return {.status = code, .body = std::move(body)};
}

http::Response entries(const std::vector<EntryStatus>& statuses) {
  return status(200, response_bundle(statuses));
}

http::Response lost() { return {.failure = core::Error{core::ErrorKind::kRetry, "lost"}}; }

class BundleDeliveryTest : public testing::Test {
 protected:
  Next answer(http::Response response) { return delivery_.answered(std::move(response), 1.0); }
  Delivery finish() { return std::move(delivery_).finish(); }
  [[nodiscard]] const Attempt& current() const { return delivery_.current(); }

  BundleDelivery delivery_{PatientBundle({"a", "b", "c", "d"}).bundle(), kFewAttempts};
};

TEST_F(BundleDeliveryTest, StartsWithAllEntriesAsATransaction) {
  EXPECT_THAT(current().entries, ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(current().kind, BundleKind::kTransaction);
}

TEST_F(BundleDeliveryTest, IsDoneWhenEachEntryIsLoaded) {
  EXPECT_EQ(answer(entries({{201}, {200}, {200}, {201}})).kind, Next::Kind::kDone);
  const Delivery delivery = finish();
  EXPECT_TRUE(delivery.refusals.empty());
  EXPECT_FALSE(delivery.stopped);
  EXPECT_EQ(delivery.bundle.entries.size(), 4U);
}

TEST_F(BundleDeliveryTest, SendsAgainOnlyTheEntriesThatMayPass) {
  const Next next = answer(entries({{200}, {429}, {200}, {503}}));
  EXPECT_EQ(next.kind, Next::Kind::kSend);
  EXPECT_EQ(next.wait, 100ms);
  EXPECT_THAT(current().entries, ElementsAre(1, 3));
  EXPECT_EQ(answer(entries({{200}, {200}})).kind, Next::Kind::kDone);
  EXPECT_TRUE(finish().refusals.empty());
}

TEST_F(BundleDeliveryTest, WaitsLongerEachTime) {
  EXPECT_EQ(answer(lost()).wait, 100ms);
  EXPECT_EQ(answer(status(503)).wait, 200ms);
  EXPECT_EQ(answer(lost()).wait, 400ms);
}

TEST_F(BundleDeliveryTest, WaitsAsLongAsItIsTold) {
  http::Response busy = status(429);
  busy.retry_after = 9s;
  EXPECT_EQ(answer(std::move(busy)).wait, 9'100ms);
}

TEST_F(BundleDeliveryTest, StopsWhenItsPatienceEnds) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(answer(lost()).kind, Next::Kind::kSend);
  EXPECT_EQ(answer(lost()).kind, Next::Kind::kDone);
  const Delivery delivery = finish();
  ASSERT_TRUE(delivery.stopped);
  EXPECT_EQ(delivery.stopped->kind, core::ErrorKind::kStop);
  EXPECT_EQ(delivery.stopped->message, "lost (4 times in a row)");
}

TEST_F(BundleDeliveryTest, SaysNothingOfItsEntriesWhenItStops) {
  answer(status(400, outcome("HAPI-0960")));
  answer(entries({{400, "HAPI-0960"}, {403}, {200}, {200}}));
  const Delivery delivery = finish();
  EXPECT_TRUE(delivery.stopped);
  EXPECT_TRUE(delivery.refusals.empty());
}

TEST_F(BundleDeliveryTest, LetsEachEntryOfARefusedTransactionAnswerForItself) {
  const Next next = answer(status(400, outcome("HAPI-0960")));
  EXPECT_EQ(next.wait, 0ms);
  EXPECT_EQ(current().kind, BundleKind::kBatch);
  EXPECT_THAT(current().entries, ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(answer(entries({{200}, {200}, {400, "HAPI-0960"}, {200}})).kind, Next::Kind::kDone);
  const Delivery delivery = finish();
  ASSERT_EQ(delivery.refusals.size(), 1U);
  EXPECT_EQ(delivery.refusals[0].entry, 2U);
  EXPECT_EQ(delivery.refusals[0].attempts, 2U);
  EXPECT_EQ(delivery.refusals[0].reason, "the server answered 400 (HAPI-0960)");
  EXPECT_THAT(delivery.refusals[0].outcome, HasSubstr("because"));
}

TEST_F(BundleDeliveryTest, BisectsWhatFailsAsABatchAsWell) {
  answer(status(400, outcome("HAPI-0450")));
  EXPECT_THAT(current().entries, ElementsAre(0, 1));
  answer(entries({{200}, {200}}));
  EXPECT_THAT(current().entries, ElementsAre(2, 3));
  answer(status(400, outcome("HAPI-0450")));
  EXPECT_THAT(current().entries, ElementsAre(2));
  answer(status(400, outcome("HAPI-0450")));
  EXPECT_THAT(current().entries, ElementsAre(3));
  EXPECT_EQ(answer(entries({{200}})).kind, Next::Kind::kDone);
  const Delivery delivery = finish();
  ASSERT_EQ(delivery.refusals.size(), 1U);
  EXPECT_EQ(delivery.refusals[0].entry, 2U);
  EXPECT_EQ(delivery.refusals[0].attempts, 3U);
}

TEST_F(BundleDeliveryTest, HalvesWhatIsTooLarge) {
  answer(status(413));
  EXPECT_THAT(current().entries, ElementsAre(0, 1));
  EXPECT_EQ(current().kind, BundleKind::kTransaction);
}

TEST_F(BundleDeliveryTest, RejectsAConflictThatNeverEnds) {
  EXPECT_EQ(answer(status(409)).wait, 100ms);
  answer(status(409));
  EXPECT_EQ(current().kind, BundleKind::kBatch);
  answer(entries({{200}, {200}, {200}, {409, "HAPI-0550"}}));
  EXPECT_THAT(current().entries, ElementsAre(3));
  EXPECT_EQ(answer(entries({{409, "HAPI-0550"}})).kind, Next::Kind::kDone);
  const Delivery delivery = finish();
  ASSERT_EQ(delivery.refusals.size(), 1U);
  EXPECT_EQ(delivery.refusals[0].attempts, 4U);
}

TEST_F(BundleDeliveryTest, TriesAMissingTargetAgainAfterTheRestWasLoaded) {
  answer(status(400, outcome("HAPI-1094")));
  answer(entries({{400, "HAPI-1094"}, {400, "HAPI-1094"}, {200}, {200}}));
  EXPECT_THAT(current().entries, ElementsAre(0, 1));
  answer(entries({{400, "HAPI-1094"}, {200}}));
  EXPECT_THAT(current().entries, ElementsAre(0));
  EXPECT_EQ(answer(entries({{400, "HAPI-1094"}})).kind, Next::Kind::kDone);
  const Delivery delivery = finish();
  ASSERT_EQ(delivery.refusals.size(), 1U);
  EXPECT_THAT(delivery.refusals[0].reason, HasSubstr("not there"));
  EXPECT_EQ(delivery.refusals[0].attempts, 4U);
}

TEST_F(BundleDeliveryTest, DoesNotWaitForTargetsWhereNothingWasLoaded) {
  const EntryStatus missing{400, "HAPI-1094"};
  EXPECT_EQ(answer(entries({missing, missing, missing, missing})).kind, Next::Kind::kDone);
  EXPECT_EQ(finish().refusals.size(), 4U);
}

TEST_F(BundleDeliveryTest, DoesNotBelieveAnAnswerThatLacksEntries) {
  EXPECT_EQ(answer(entries({{200}, {200}})).wait, 100ms);
  EXPECT_THAT(current().entries, ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(answer(status(200, "<html>")).wait, 200ms);
}

TEST_F(BundleDeliveryTest, GivesRefusalsInTheOrderOfTheBundle) {
  answer(entries({{409}, {400, "HAPI-1094"}, {422}, {400, "HAPI-1094"}}));
  answer(entries({{422}}));
  const Delivery delivery = finish();
  ASSERT_EQ(delivery.refusals.size(), 4U);
  for (std::uint32_t i = 0; i < 4; ++i) EXPECT_EQ(delivery.refusals[i].entry, i);
}

TEST_F(BundleDeliveryTest, QuotesNoDiagnosticsInItsReasons) {
  answer(entries({{200}, {200}, {200}, {422, "HAPI-0001"}}));
  EXPECT_THAT(finish().refusals.at(0).reason, Not(HasSubstr("because")));
}

}  // namespace
}  // namespace fhirehose::sink::fhir
