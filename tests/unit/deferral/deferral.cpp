#include "deferral/deferral.hpp"

#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/parsed.hpp"

namespace fhirehose::deferral {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

/// An Observation that refers to others.
std::string line(const std::string& id, const std::vector<std::string>& targets) {
  std::string text = R"({"resourceType":"Observation","id":")" + id + R"(","hasMember":[)";
  for (const std::string& target : targets) {
    if (!text.ends_with('[')) text += ',';
    text += R"({"reference":")" + target + "\"}";
  }
  return text + "]}\n";
}

/// DELETEs of Observations.
std::string deletes(const std::vector<std::string>& ids) {
  std::string text = R"({"resourceType":"Bundle","type":"batch","entry":[)";
  for (const std::string& id : ids) {
    if (!text.ends_with('[')) text += ',';
    text += R"({"request":{"method":"DELETE","url":"Observation/)" + id + "\"}}";
  }
  return text + "]}\n";
}

class DeferralTest : public testing::Test {
 protected:
  /// What the target says of each entry: loaded where nothing is said.
  using Answers = std::map<std::string, std::string>;

  static sink::Delivery delivery(const record::BatchHandle& batch, const Answers& missing) {
    sink::Delivery delivery;
    delivery.bundle.holds.push_back(batch);
    for (std::uint32_t row = 0; row < batch->records.size(); ++row) {
      delivery.bundle.entries.push_back({batch.get(), row});
      const auto answer = missing.find(std::string(batch->records[row].id));
      if (answer == missing.end()) continue;
      sink::Refusal refusal{.entry = row, .reason = "refused"};
      refusal.still_referenced = answer->second == "referred to";
      if (answer->second != "bad" && !refusal.still_referenced)
        refusal.missing = sink::MissingTarget{answer->second};
      delivery.refusals.push_back(refusal);
    }
    return delivery;
  }

  std::vector<std::uint32_t> answer(const record::BatchHandle& batch, const Answers& missing) {
    sink::Delivery answered = delivery(batch, missing);
    auto waiting = deferral_.take(answered);
    left_ = std::move(answered.refusals);
    return waiting;
  }

  std::vector<std::uint32_t> load(const std::string& lines, const Answers& missing) {
    deferral_.begin_step();
    return answer(tests::parsed(lines), missing);
  }

  static std::vector<std::string> ids(const record::BatchHandle& batch) {
    std::vector<std::string> ids;
    if (!batch) return ids;
    for (const record::RecordView& record : batch->records) ids.emplace_back(record.id);
    return ids;
  }

  record::BatchHandle due() {
    deferral_.begin_step();
    return deferral_.due().value();
  }

  std::vector<record::BatchHandle> circles() {
    deferral_.begin_step();
    return deferral_.due_circles().value();
  }

  std::map<std::string, std::string> reasons() {
    std::map<std::string, std::string> reasons;
    const auto lacks = [this](std::span<const Target> targets) {
      std::vector<bool> lacking;
      for (const Target& target : targets) {
        asked_.push_back(std::string(core::name_of(target.type)) + "/" + target.id);
        lacking.push_back(target.id.starts_with("nowhere"));
      }
      return lacking;
    };
    while (const auto rest = deferral_.give_up(lacks).value()) {
      for (const sink::Refusal& refusal : rest->refusals) {
        reasons.emplace(rest->bundle.entries[refusal.entry].record().id, refusal.reason);
      }
    }
    return reasons;
  }

  memory::ByteBudget budget_{1'000'000};
  Deferral deferral_{{.records = 1'000,
                      .filter_bytes = 100'000,
                      .scratch = 1'000'000,
                      .atomic_entries = 3,
                      .atomic_bytes = 100'000},
                     budget_};
  std::vector<std::string> asked_;   ///< the target, for what it lacks
  std::vector<sink::Refusal> left_;  ///< of the delivery that was taken last
};

TEST_F(DeferralTest, TakesOnlyWhatIsMissedOutOfADelivery) {
  const auto waiting =
      load(line("a", {}) + line("b", {}) + line("c", {}), {{"a", "bad"}, {"c", "Patient/x"}});
  EXPECT_THAT(waiting, ElementsAre(2U));
  ASSERT_EQ(left_.size(), 1U);
  EXPECT_EQ(left_[0].entry, 0U);
  EXPECT_EQ(deferral_.counts().waited, 1U);
  EXPECT_EQ(deferral_.waiting(), 1U);
}

TEST_F(DeferralTest, LeavesAStoppedDeliveryAlone) {
  sink::Delivery stopped = delivery(tests::parsed(line("a", {})), {{"a", "Patient/x"}});
  stopped.stopped = core::Error{core::ErrorKind::kStop, "over"};
  EXPECT_THAT(deferral_.take(stopped), IsEmpty());
  EXPECT_EQ(stopped.refusals.size(), 1U);
}

TEST_F(DeferralTest, SendsARecordAgainOnceItsTargetIsLoaded) {
  load(line("a", {"Observation/b"}), {{"a", "Observation/b"}});
  EXPECT_THAT(ids(due()), IsEmpty());
  load(line("other", {}), {});
  EXPECT_THAT(ids(due()), IsEmpty()) << "that was another one";
  load(line("b", {}), {});
  const auto again = due();
  EXPECT_THAT(ids(again), ElementsAre("a"));
  EXPECT_THAT(ids(deferral_.due().value()), IsEmpty()) << "it is under way";
  answer(again, {});
  EXPECT_EQ(deferral_.counts().loaded, 1U);
  EXPECT_EQ(deferral_.waiting(), 0U);
  EXPECT_THAT(reasons(), IsEmpty());
}

TEST_F(DeferralTest, KnowsATargetThatWasLoadedBesideIt) {
  load(line("a", {"Observation/b"}) + line("b", {}), {{"a", "Observation/b"}});
  EXPECT_THAT(ids(due()), ElementsAre("a"));
}

TEST_F(DeferralTest, DoesNotInsistWhereNothingElseIsLoaded) {
  load(line("a", {"Observation/b"}) + line("b", {}), {{"a", "Observation/b"}});
  for (int i = 0; i < 2; ++i) {
    const auto again = due();
    ASSERT_TRUE(again);
    EXPECT_THAT(answer(again, {{"a", "Observation/b"}}), ElementsAre(0U));
    EXPECT_THAT(ids(due()), IsEmpty());
    load(line("more", {}), {});
  }
  EXPECT_EQ(deferral_.counts().waited, 1U);
}

TEST_F(DeferralTest, SendsADeleteAgainOnceMoreWasDeleted) {
  load(deletes({"a"}), {{"a", "referred to"}});
  load(line("b", {}), {});
  EXPECT_THAT(ids(due()), IsEmpty()) << "that was a write";
  load(deletes({"b"}), {});
  const auto again = due();
  ASSERT_THAT(ids(again), ElementsAre("a"));
  EXPECT_TRUE(again->records[0].is_delete());
  answer(again, {});
  EXPECT_EQ(deferral_.counts().loaded, 1U);
}

TEST_F(DeferralTest, SendsDeletesThatWaitInOneTransactionAndThenRejectsThem) {
  const Answers referred = {{"a", "referred to"}, {"b", "referred to"}, {"c", "Observation/x"}};
  load(deletes({"a", "b"}) + line("c", {"Observation/x"}), referred);
  EXPECT_THAT(ids(due()), IsEmpty());
  const auto together = circles();
  ASSERT_EQ(together.size(), 1U);
  EXPECT_THAT(ids(together[0]), ElementsAre("a", "b"));
  answer(together[0], referred);
  EXPECT_THAT(circles(), IsEmpty()) << "nothing has changed since";
  const auto why = reasons();
  EXPECT_EQ(why.at("a"), "refused");
  EXPECT_THAT(why.at("c"), HasSubstr("Observation/x"));
  EXPECT_THAT(asked_, IsEmpty()) << "what a DELETE takes away is there";
}

TEST_F(DeferralTest, DoesNotPutMoreDeletesTogetherThanATransactionHolds) {
  const std::vector<std::string> all = {"a", "b", "c", "d"};
  Answers referred;
  for (const std::string& id : all) referred[id] = "referred to";
  load(deletes(all), referred);
  EXPECT_THAT(circles(), IsEmpty());
  EXPECT_EQ(reasons().size(), 4U);
}

TEST_F(DeferralTest, WaitsForTheTypeOfASearchAndForAnythingWhereNothingIsNamed) {
  load(line("a", {}) + line("b", {}), {{"a", "Practitioner"}, {"b", ""}});
  load(line("c", {}), {});
  const auto first = due();
  EXPECT_THAT(ids(first), ElementsAre("b"));
  answer(first, {{"b", ""}});
  load("{\"resourceType\":\"Practitioner\",\"id\":\"p\"}\n", {});
  EXPECT_THAT(ids(due()), UnorderedElementsAre("a", "b"));
}

TEST_F(DeferralTest, CountsWhatIsRefusedForGood) {
  load(line("a", {"Observation/b"}) + line("b", {}), {{"a", "Observation/b"}});
  EXPECT_THAT(answer(due(), {{"a", "bad"}}), IsEmpty());
  EXPECT_EQ(left_.size(), 1U);
  EXPECT_EQ(deferral_.counts().rejected, 1U);
  EXPECT_THAT(reasons(), IsEmpty()) << "the delivery has told it";
}

TEST_F(DeferralTest, FindsCirclesThatWaitForNothingElse) {
  load(line("a", {"Observation/b"}) + line("b", {"Observation/a"}) +                   // a circle
           line("c", {"Observation/d"}) + line("d", {"Observation/c", "Patient/x"}) +  // no hope
           line("e", {"Observation/e"}) + line("f", {"Observation/a"}),
       {{"a", "Observation/b"},
        {"b", "Observation/a"},
        {"c", "Observation/d"},
        {"d", "Patient/x"},
        {"e", "Observation/e"},
        {"f", "Observation/a"}});
  const auto sent = circles();
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_THAT(ids(sent[0]), ElementsAre("a", "b"));
  EXPECT_THAT(ids(sent[1]), ElementsAre("e"));
  answer(sent[0], {});
  answer(sent[1], {{"e", "Observation/e"}});
  const auto again = due();
  EXPECT_THAT(ids(again), ElementsAre("f"));
  answer(again, {});
  EXPECT_EQ(deferral_.counts().loaded, 3U);
}

TEST_F(DeferralTest, TriesACircleAgainOnlyWhenMoreWasLoaded) {
  load(line("a", {"Observation/b"}) + line("b", {"Observation/a"}),
       {{"a", "Observation/b"}, {"b", "Observation/a"}});
  const auto sent = circles();
  ASSERT_EQ(sent.size(), 1U);
  answer(sent[0], {{"a", "Observation/b"}, {"b", "Observation/a"}});
  EXPECT_THAT(circles(), IsEmpty());
  load(line("c", {}), {});
  const auto again = circles();
  ASSERT_EQ(again.size(), 1U);
  answer(again[0], {{"a", "Observation/b"}, {"b", "Observation/a"}});
  EXPECT_THAT(reasons()["a"],
              HasSubstr("; 2 records refer to each other in a circle, which it refused as one"));
}

TEST_F(DeferralTest, SendsACircleBeforeThoseThatReferToIt) {
  load(line("a", {"Observation/b"}) + line("b", {"Observation/a", "Observation/c"}) +
           line("c", {"Observation/d"}) + line("d", {"Observation/c"}),
       {{"a", "Observation/b"},
        {"b", "Observation/a"},
        {"c", "Observation/d"},
        {"d", "Observation/c"}});
  const auto first = circles();
  ASSERT_EQ(first.size(), 1U);
  EXPECT_THAT(ids(first[0]), ElementsAre("c", "d"));
  answer(first[0], {});
  const auto second = circles();
  ASSERT_EQ(second.size(), 1U);
  EXPECT_THAT(ids(second[0]), ElementsAre("a", "b"));
}

TEST_F(DeferralTest, SendsACircleThatRefersToWhatWaitsWhenNothingElseIsLeft) {
  // The server minds only what it has named.
  load(line("a", {"Observation/b", "Observation/c"}) + line("b", {"Observation/a"}) +
           line("c", {"Patient/x"}),
       {{"a", "Observation/b"}, {"b", "Observation/a"}, {"c", "Patient/x"}});
  ASSERT_EQ(circles().size(), 1U);
}

TEST_F(DeferralTest, RejectsACircleThatTheTargetCantTakeAtOnce) {
  load(line("a", {"Observation/b"}) + line("b", {"Observation/c"}) + line("c", {"Observation/d"}) +
           line("d", {"Observation/a"}),
       {{"a", "Observation/b"},
        {"b", "Observation/c"},
        {"c", "Observation/d"},
        {"d", "Observation/a"}});
  EXPECT_THAT(circles(), IsEmpty());
  EXPECT_THAT(reasons()["a"], HasSubstr("; 4 records refer to each other in a circle, more than"));
}

TEST_F(DeferralTest, NamesWhatIsMissingWhenItGivesUp) {
  load(line("a", {"Patient/x", "Patient/there", "Observation/b", "Group/y"}) +
           line("b", {"Group/y"}) + line("c", {}) + line("d", {}),
       {{"a", "Patient/x"}, {"b", "Group/y"}, {"c", "Practitioner"}, {"d", ""}});
  const auto told = reasons();
  EXPECT_EQ(
      told.at("a"),
      "refused: it refers to Patient/x, Observation/b, Group/y, which the server does not have");
  EXPECT_EQ(told.at("b"), "refused: it refers to Group/y, which the server does not have");
  EXPECT_EQ(told.at("c"),
            "refused: it refers to Practitioner (by search), which the server does not have");
  EXPECT_EQ(told.at("d"), "refused: it refers to what the server does not have");
  EXPECT_EQ(deferral_.counts().rejected, 4U);
}

TEST_F(DeferralTest, AsksForWhatItDoesNotKnow) {
  load("{\"resourceType\":\"Patient\",\"id\":\"loaded\"}\n" +
           line("a", {"Patient/loaded", "Patient/there", "Group/nowhere", "Group/x"}) +
           line("b", {"Group/nowhere"}),
       {{"a", "Group/x"}, {"b", "Group/nowhere2"}});
  EXPECT_THAT(reasons().at("a"), HasSubstr("refers to Group/nowhere, Group/x, which"));
  EXPECT_THAT(asked_, UnorderedElementsAre("Patient/there", "Group/nowhere"));
}

TEST_F(DeferralTest, RejectsAtOnceWhatTheDiskHasNoRoomFor) {
  const std::string large(2'000'000, 'x');
  const auto waiting =
      load(line("a" + std::string(20, 'a'), {"Observation/" + large}) + line("b", {}),
           {{"a" + std::string(20, 'a'), "Patient/x"}, {"b", "Patient/x"}});
  EXPECT_THAT(waiting, ElementsAre(1U));
  ASSERT_EQ(left_.size(), 1U);
  EXPECT_THAT(left_[0].reason,
              HasSubstr("Patient/x, which the server does not have; what waits on"));
}

TEST_F(DeferralTest, NeverHasMoreInMemoryThanItsShare) {
  std::string lines;
  Answers answers;
  for (int i = 0; i < 40; ++i) {
    const std::string id = std::to_string(i);
    lines += line(id, {"Observation/" + std::string(10'000, 'x'), "Patient/x"});
    answers.emplace(id, "Patient/x");
  }
  load(lines, answers);
  load("{\"resourceType\":\"Patient\",\"id\":\"x\"}\n", {});
  std::size_t sent = 0;
  for (auto batch = due(); batch; batch = due()) {
    sent += batch->records.size();
    EXPECT_LE(budget_.in_use(), 270'000U);
    answer(batch, {});
  }
  EXPECT_EQ(sent, 40U);
}

/// A small record takes several times its bytes: as a row, a refusal and a dead letter.
TEST_F(DeferralTest, GivesUpSoManyAtATimeAsTheBudgetsShareHolds) {
  std::string lines;
  Answers missing;
  for (int i = 0; i < 900; ++i) {
    const std::string id = "o" + std::to_string(i);
    lines += line(id, {"Patient/x"});
    missing[id] = "Patient/x";
  }
  EXPECT_EQ(load(lines, missing).size(), 900U);
  std::size_t steps = 0;
  const auto lacks = [](std::span<const Target> targets) {
    return std::vector<bool>(targets.size(), true);
  };
  while (const auto rest = deferral_.give_up(lacks).value()) {
    ++steps;
    EXPECT_LT(rest->refusals.size(), 350U);
  }
  EXPECT_GE(steps, 3U);
}

}  // namespace
}  // namespace fhirehose::deferral
