#include <algorithm>
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
  Next answer(http::Response response) {
    return delivery_.answered(std::move(response), {now_, 1.0});
  }
  Delivery finish() { return std::move(delivery_).finish(); }
  [[nodiscard]] const Attempt& current() const { return delivery_.outgoing().attempt; }
  /// What is out is another lane's resource.
  [[nodiscard]] bool asks_the_witness() const {
    return delivery_.outgoing().bundle.entries[0].record().id == "witness";
  }
  void another_lane_loads() { server_.loaded(1, others_.entries[0]); }

  const lane::Bundle others_ = PatientBundle({"witness"}).bundle();
  ServerPulse server_;
  Clock::time_point now_{};
  BundleDelivery delivery_{PatientBundle({"a", "b", "c", "d"}).bundle(), kFewAttempts, server_};
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

TEST_F(BundleDeliveryTest, StopsAtAServerThatKnowsNoBundlesAndRejectsNothing) {
  EXPECT_EQ(answer(status(404, outcome("HAPI-0302"))).kind, Next::Kind::kSend);
  EXPECT_EQ(current().kind, BundleKind::kBatch);
  EXPECT_EQ(answer(status(404, outcome("HAPI-0302"))).kind, Next::Kind::kDone);
  const Delivery delivery = finish();
  ASSERT_TRUE(delivery.stopped);
  EXPECT_EQ(delivery.stopped->message, "the server answered 404 (HAPI-0302)");
  EXPECT_TRUE(delivery.refusals.empty());
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
  for (int i = 0; i < 100; ++i) EXPECT_EQ(answer(lost()).kind, Next::Kind::kSend);
  now_ += kFewAttempts.total;
  EXPECT_EQ(answer(lost()).kind, Next::Kind::kDone);
  const Delivery delivery = finish();
  ASSERT_TRUE(delivery.stopped);
  EXPECT_EQ(delivery.stopped->kind, core::ErrorKind::kStop);
  EXPECT_EQ(delivery.stopped->message, "lost; nothing has got through for 10m");
}

TEST_F(BundleDeliveryTest, ItsPatienceBeginsAnewWhenAnotherLaneLoads) {
  for (int i = 0; i < 10; ++i) {
    answer(status(503));
    now_ += kFewAttempts.total - 1ms;
    EXPECT_EQ(answer(status(503)).kind, Next::Kind::kSend);
    another_lane_loads();
  }
}

TEST_F(BundleDeliveryTest, WaitsWholeWhileABusyServerLoadsOthers) {
  for (const int code : {429, 503, 408}) {
    for (int i = 0; i < 20; ++i) {
      answer(status(code));
      another_lane_loads();
    }
  }
  EXPECT_THAT(current().entries, ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(current().kind, BundleKind::kTransaction);
}

TEST_F(BundleDeliveryTest, RejectsWhatAnswersAnErrorForEverWhileOthersOfTheBundleAreLoaded) {
  another_lane_loads();
  answer(entries({{200}, {500}, {200}, {200}}));
  EXPECT_THAT(current().entries, ElementsAre(1));
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(asks_the_witness());
    another_lane_loads();
    answer(entries({{500, "HAPI-0389"}}));
  }
  const Delivery delivery = finish();
  EXPECT_FALSE(delivery.stopped);
  ASSERT_EQ(delivery.refusals.size(), 1U);
  EXPECT_EQ(delivery.refusals[0].entry, 1U);
  EXPECT_EQ(delivery.refusals[0].attempts, 4U);
  EXPECT_EQ(delivery.refusals[0].reason, "the server answered 500 (HAPI-0389)");
  EXPECT_THAT(delivery.refusals[0].outcome, HasSubstr("because"));
}

TEST_F(BundleDeliveryTest, AFaultCountsOnlyIfSomethingWasLoadedSinceTheLast) {
  another_lane_loads();
  answer(entries({{200}, {500}, {200}, {200}}));
  for (int i = 0; i < 50; ++i) EXPECT_EQ(answer(status(500)).kind, Next::Kind::kSend);
  now_ += kFewAttempts.total;
  EXPECT_EQ(answer(status(500)).kind, Next::Kind::kDone);
  const Delivery delivery = finish();
  EXPECT_TRUE(delivery.stopped);
  EXPECT_TRUE(delivery.refusals.empty());
}

TEST_F(BundleDeliveryTest, AsksAWitnessWhereNothingElseShowsWhoseFaultItIs) {
  another_lane_loads();
  answer(status(500));
  another_lane_loads();
  answer(status(500));
  another_lane_loads();
  EXPECT_EQ(current().kind, BundleKind::kBatch);
  answer(status(500));  // counts: the other lane
  answer(status(500));  // of nobody
  EXPECT_FALSE(asks_the_witness());
  answer(status(500));  // again
  ASSERT_TRUE(asks_the_witness());
  EXPECT_THAT(current().entries, ElementsAre(0));
  EXPECT_EQ(answer(entries({{200}})).wait, 0ms);
  EXPECT_FALSE(asks_the_witness());
  EXPECT_THAT(current().entries, ElementsAre(0, 1, 2, 3));
}

TEST_F(BundleDeliveryTest, AWitnessThatIsRefusedMeansThatTheServerIsInTrouble) {
  another_lane_loads();
  answer(entries({{500}, {500}, {500}, {500}}));
  answer(lost());
  answer(lost());
  ASSERT_TRUE(asks_the_witness());
  for (int i = 0; i < 100; ++i) {
    const Next next = answer(i % 2 == 0 ? lost() : entries({{503}}));
    EXPECT_EQ(next.kind, Next::Kind::kSend);
    EXPECT_GT(next.wait, 0ms);
    EXPECT_TRUE(asks_the_witness());
  }
  EXPECT_EQ(answer(entries({{200}})).wait, 0ms);
  EXPECT_EQ(answer(entries({{200}, {200}, {200}, {200}})).kind, Next::Kind::kDone);
  EXPECT_TRUE(finish().refusals.empty());
}

TEST_F(BundleDeliveryTest, RejectsTheLastOneThatFailsWithAWitness) {
  answer(entries({{200}, {200}, {200}, {500}}));
  int witnesses = 0;
  Next next{.kind = Next::Kind::kSend};
  for (int i = 0; i < 100 && next.kind == Next::Kind::kSend; ++i) {
    const bool witness = delivery_.outgoing().bundle.entries.size() == 1;
    witnesses += witness ? 1 : 0;
    next = answer(entries({{witness ? 200 : 500}}));
  }
  const Delivery delivery = finish();
  EXPECT_FALSE(delivery.stopped);
  ASSERT_EQ(delivery.refusals.size(), 1U);
  EXPECT_EQ(delivery.refusals[0].entry, 3U);
  EXPECT_EQ(witnesses, 3);
}

TEST_F(BundleDeliveryTest, FindsTheOneAtWhichAServerBreaksThatHasLoadedNothingBefore) {
  Next next{.kind = Next::Kind::kSend};
  for (int i = 0; i < 100 && next.kind == Next::Kind::kSend; ++i) {
    const auto [bundle, attempt] = delivery_.outgoing();
    const bool bad = std::ranges::any_of(attempt.entries, [&bundle = bundle](std::uint32_t entry) {
      return bundle.entries[entry].record().id == "b";
    });
    next = answer(bad ? status(500) : entries(std::vector<EntryStatus>(attempt.entries.size())));
  }
  const Delivery delivery = finish();
  EXPECT_FALSE(delivery.stopped);
  ASSERT_EQ(delivery.refusals.size(), 1U);
  EXPECT_EQ(delivery.refusals[0].entry, 1U);
}

TEST_F(BundleDeliveryTest, AServerThatBreaksAtEverythingRejectsNothing) {
  for (int i = 0; i < 500; ++i) EXPECT_EQ(answer(status(500)).kind, Next::Kind::kSend);
  now_ += kFewAttempts.total;
  EXPECT_EQ(answer(status(500)).kind, Next::Kind::kDone);
  const Delivery delivery = finish();
  EXPECT_TRUE(delivery.stopped);
  EXPECT_TRUE(delivery.refusals.empty());
}

TEST_F(BundleDeliveryTest, SilenceOfAServerThatHasLoadedNothingSplitsAndRejectsNothing) {
  for (int i = 0; i < 500; ++i) EXPECT_EQ(answer(lost()).kind, Next::Kind::kSend);
  EXPECT_THAT(current().entries, ElementsAre(0)) << "one of them may be to blame";
  now_ += kFewAttempts.total;
  EXPECT_EQ(answer(lost()).kind, Next::Kind::kDone);
  EXPECT_TRUE(finish().refusals.empty());
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

TEST_F(BundleDeliveryTest, KnowsALimitOnceBothHalvesWereTaken) {
  EXPECT_FALSE(answer(status(413)).limit);
  EXPECT_FALSE(answer(entries({{200}, {400}})).limit) << "the other half may be refused";
  EXPECT_FALSE(answer(status(503)).limit) << "of which nothing is known yet";
  const auto limit = answer(entries({{200}, {200}})).limit;
  ASSERT_TRUE(limit);
  EXPECT_EQ(limit->entries, 2U);
  EXPECT_EQ(limit->bytes, 2 * std::string(R"({"resourceType":"Patient","id":"a"})").size());
}

TEST_F(BundleDeliveryTest, TakesOneRecordThatIsTooLargeForNoLimit) {
  answer(status(413));
  EXPECT_FALSE(answer(entries({{200}, {200}})).limit);
  EXPECT_FALSE(answer(status(413)).limit);
  EXPECT_FALSE(answer(entries({{200}})).limit);
  const Next last = answer(status(413));
  EXPECT_EQ(last.kind, Next::Kind::kDone);
  EXPECT_FALSE(last.limit);
  EXPECT_EQ(finish().refusals.size(), 1U);
}

TEST_F(BundleDeliveryTest, LearnsNoLimitFromHalvesOfWhatWasRefused) {
  answer(status(400));
  answer(status(400));
  EXPECT_FALSE(answer(entries({{200}, {200}})).limit);
  EXPECT_FALSE(answer(entries({{200}, {200}})).limit);
}

TEST_F(BundleDeliveryTest, PartsASourcesTransactionIntoBatchesNeverIntoTwoTransactions) {
  for (const http::Response& refused : {status(413), status(400, outcome("HAPI-0450"))}) {
    lane::Bundle whole = PatientBundle({"a", "b"}).bundle();
    whole.atomic = true;
    BundleDelivery delivery(std::move(whole), kFewAttempts, server_);
    EXPECT_EQ(delivery.outgoing().attempt.kind, BundleKind::kTransaction);
    delivery.answered(refused, {now_});
    EXPECT_EQ(delivery.outgoing().attempt.kind, BundleKind::kBatch);
    EXPECT_THAT(delivery.outgoing().attempt.entries, ElementsAre(0));
  }
}

TEST_F(BundleDeliveryTest, RejectsAConflictThatNeverEnds) {
  EXPECT_EQ(answer(status(409)).wait, 100ms);
  answer(status(409));
  EXPECT_EQ(current().kind, BundleKind::kBatch);
  const EntryStatus conflict{409, "HAPI-0550"};
  answer(entries({{200}, {200}, {200}, conflict}));
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(current().entries, ElementsAre(3));
    answer(entries({conflict}));
  }
  const Delivery delivery = finish();
  EXPECT_FALSE(delivery.stopped);
  ASSERT_EQ(delivery.refusals.size(), 1U);
  EXPECT_EQ(delivery.refusals[0].attempts, 6U);
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
  EXPECT_EQ(delivery.refusals[0].attempts, 4U);
  EXPECT_TRUE(delivery.refusals[0].missing);
}

TEST_F(BundleDeliveryTest, SaysWhatIsMissingToWhoDefersAnEntry) {
  // The bundle does not bring it: it is not sent again here.
  const auto came = entries({{200}, {200}, {400, "HAPI-1094: Resource Group/g"}, {422}});
  EXPECT_EQ(answer(came).kind, Next::Kind::kDone);
  const Delivery delivery = finish();
  ASSERT_EQ(delivery.refusals.size(), 2U);
  ASSERT_TRUE(delivery.refusals[0].missing);
  EXPECT_EQ(delivery.refusals[0].missing->reference, "Group/g");
  EXPECT_EQ(delivery.refusals[0].reason, "the server answered 400 (HAPI-1094)");
  EXPECT_FALSE(delivery.refusals[1].missing);
}

TEST_F(BundleDeliveryTest, WaitsForWhatTheBundleMayBring) {
  const EntryStatus by_id{400, "HAPI-1094: Resource Patient/b not found"};
  const EntryStatus by_search{404, "HAPI-1091: no match for Patient?identifier=1"};
  answer(entries({by_id, {503}, by_search, {200}}));
  answer(entries({{200}}));
  EXPECT_THAT(current().entries, ElementsAre(0, 2));
  EXPECT_EQ(answer(entries({{200}, {200}})).kind, Next::Kind::kDone);
  EXPECT_TRUE(finish().refusals.empty());
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

/// DELETEs of two Patients, and a PUT between them.
lane::Bundle bundle_of_deletes(PatientBundle& patients) {
  for (const std::size_t row : {0U, 2U}) {
    patients.batch().records[row].method = record::Method::kDelete;
  }
  return patients.bundle();
}

TEST(DeliveryOfDeletes, TakesWhatIsNotThereForDeleted) {
  PatientBundle patients({"a", "b", "c"});
  ServerPulse server;
  BundleDelivery delivery(bundle_of_deletes(patients), kFewAttempts, server, BundleKind::kBatch);
  delivery.answered(entries({{404}, {404}, {410}}), {});
  const Delivery delivered = std::move(delivery).finish();
  ASSERT_EQ(delivered.refusals.size(), 1U);
  EXPECT_EQ(delivered.refusals[0].entry, 1U);
}

TEST(DeliveryOfDeletes, SendsAgainWhatOthersReferToAsLongAsMoreGoes) {
  PatientBundle patients({"a", "b", "c"});
  ServerPulse server;
  BundleDelivery delivery(bundle_of_deletes(patients), kFewAttempts, server, BundleKind::kBatch);
  const EntryStatus referred{409, "HAPI-0550: HAPI-0515"};
  EXPECT_EQ(delivery.answered(entries({referred, {200}, {204}}), {}).kind, Next::Kind::kSend);
  EXPECT_EQ(delivery.answered(entries({referred}), {}).kind, Next::Kind::kDone);
  const Delivery delivered = std::move(delivery).finish();
  ASSERT_EQ(delivered.refusals.size(), 1U);
  EXPECT_EQ(delivered.refusals[0].entry, 0U);
  EXPECT_TRUE(delivered.refusals[0].still_referenced);
  EXPECT_THAT(delivered.refusals[0].reason, HasSubstr("others refer to what it deletes"));
}

TEST(DeliveryOfDeletes, MakesNoWitnessOfADelete) {
  PatientBundle patients({"a", "b", "c"});
  const lane::Bundle bundle = bundle_of_deletes(patients);
  ServerPulse server;
  server.loaded(1, bundle.entries[0]);
  EXPECT_FALSE(server.witness());
  server.loaded(1, bundle.entries[1]);
  server.loaded(1, bundle.entries[2]);
  EXPECT_EQ(server.witness()->entries[0].record().id, "b");
}

}  // namespace
}  // namespace fhirehose::sink::fhir
