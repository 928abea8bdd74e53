#include "index/look.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/parsed.hpp"

namespace fhirehose::index {
namespace {

using tests::parsed;

std::unique_ptr<const LoadPlan> decided(Look& look) {
  for (std::size_t shard = 0; shard < Look::kShards; ++shard) look.decide(shard);
  return look.finish();
}

std::vector<std::uint32_t> losers(const LoadPlan& plan, std::uint32_t member,
                                  std::uint32_t sequence) {
  const auto span = plan.losers(member, sequence);
  return {span.begin(), span.end()};
}

std::string patient(const std::string& id, const std::string& meta = "") {
  return R"({"resourceType":"Patient","id":")" + id + "\"" +
         (meta.empty() ? "" : ",\"meta\":{" + meta + "}") + "}\n";
}

const TypeFacts& facts(const LoadPlan& plan, std::string_view type) {
  return plan.types[core::index_of(core::find_resource_type(type).value())];
}

TEST(Look, CountsByType) {
  Look look(1, DuplicateRule::kNewest);
  look.add(*parsed(patient("\\u0061") + patient("12") +
                   R"({"resourceType":"Organization","name":"x"})" + "\n"));
  const auto plan = decided(look);
  EXPECT_EQ(plan->read, 3U);
  EXPECT_EQ(facts(*plan, "Patient").read, 2U);
  EXPECT_EQ(facts(*plan, "Patient").numeric_id, 1U);
  EXPECT_EQ(facts(*plan, "Organization").without_id, 1U);
  EXPECT_EQ(facts(*plan, "Patient").without_id, 0U);
}

TEST(Look, PrefersTheNewestWhereverItStands) {
  Look look(2, DuplicateRule::kNewest);
  look.add(*parsed(patient("a", R"("lastUpdated":"2021-01-01T00:00:00Z")"), {0, 0, 0}));
  look.add(*parsed(patient("a", R"("lastUpdated":"2020-01-01T00:00:00Z")"), {1, 0, 0}));
  const auto plan = decided(look);
  EXPECT_EQ(plan->duplicate, 1U);
  EXPECT_TRUE(losers(*plan, 0, 0).empty());
  EXPECT_EQ(losers(*plan, 1, 0), std::vector<std::uint32_t>{0});
}

TEST(Look, ComparesInstantsNotTheirSpelling) {
  Look look(1, DuplicateRule::kNewest);
  look.add(*parsed(patient("a", R"("lastUpdated":"2020-01-01T10:00:00+02:00")") +
                   patient("a", R"("lastUpdated":"2020-01-01T09:00:00Z")")));
  EXPECT_EQ(losers(*decided(look), 0, 0), std::vector<std::uint32_t>{0});
}

TEST(Look, PrefersTheGreaterVersionOfTheSameInstant) {
  Look look(1, DuplicateRule::kNewest);
  look.add(*parsed(patient("a", R"("versionId":"10")") + patient("a", R"("versionId":"9")")));
  EXPECT_EQ(losers(*decided(look), 0, 0), std::vector<std::uint32_t>{1});
}

TEST(Look, PrefersTheLastOfEqualsInTheInputsOrderNotTheThreads) {
  Look look(2, DuplicateRule::kNewest);
  look.add(*parsed(patient("a"), {1, 1, 0}));
  look.add(*parsed(patient("a"), {0, 0, 0}));
  look.add(*parsed(patient("a"), {1, 0, 0}));
  const auto plan = decided(look);
  EXPECT_EQ(plan->duplicate, 2U);
  EXPECT_TRUE(losers(*plan, 1, 1).empty());
}

TEST(Look, KeepsTheFirstWhenAskedTo) {
  Look look(1, DuplicateRule::kFirst);
  look.add(*parsed(patient("a", R"("versionId":"1")") + patient("a", R"("versionId":"2")")));
  EXPECT_EQ(losers(*decided(look), 0, 0), std::vector<std::uint32_t>{1});
}

TEST(Look, KeepsTheLastWhenAskedTo) {
  Look look(1, DuplicateRule::kLast);
  look.add(*parsed(patient("a", R"("versionId":"2")") + patient("a", R"("versionId":"1")")));
  EXPECT_EQ(losers(*decided(look), 0, 0), std::vector<std::uint32_t>{0});
}

TEST(Look, TwoTypesWithOneIdAreNoDuplicates) {
  Look look(1, DuplicateRule::kNewest);
  look.add(*parsed(patient("a") + R"({"resourceType":"Organization","id":"a"})" + "\n"));
  EXPECT_EQ(decided(look)->duplicate, 0U);
}

TEST(Look, ResourcesWithoutIdAreDuplicatesWhenTheirContentIsTheSame) {
  const std::string line = R"({"resourceType":"Organization","name":"x"})"
                           "\n";
  Look look(1, DuplicateRule::kNewest);
  look.add(*parsed(line + line +
                   R"({"resourceType":"Organization","name":"y"})"
                   "\n"));
  EXPECT_EQ(decided(look)->duplicate, 1U);
}

TEST(Look, KnowsTheLinesBeforeAChunk) {
  Look look(1, DuplicateRule::kNewest);
  look.add(*parsed("nonsense\n", {0, 2, 200}));
  look.add(*parsed(patient("a") + "\n" + patient("b"), {0, 0, 0}));
  look.add(*parsed(patient("c"), {0, 1, 100}));
  const auto plan = decided(look);
  EXPECT_EQ(plan->newlines_before(0, 0), 0U);
  EXPECT_EQ(plan->newlines_before(0, 1), 3U);
  EXPECT_EQ(plan->newlines_before(0, 2), 4U);
  ASSERT_EQ(plan->rejections.size(), 1U);
  EXPECT_EQ(plan->rejections[0].line, 5U);
  EXPECT_EQ(plan->rejections[0].begin, 200U);
  EXPECT_EQ(plan->rejections[0].end, 208U);
}

TEST(Look, KnowsWhichTypesReferToWhich) {
  Look look(1, DuplicateRule::kNewest);
  look.add(*parsed(R"({"resourceType":"Observation","id":"o","subject":{"reference":"Patient/a"},)"
                   R"("performer":[{"reference":"Practitioner?identifier=s|1"}]})"
                   "\n"));
  const auto plan = decided(look);
  const auto& targets =
      plan->refers.to[core::index_of(core::find_resource_type("Observation").value())];
  EXPECT_TRUE(targets.test(core::index_of(core::kPatient)));
  EXPECT_TRUE(targets.test(core::index_of(core::find_resource_type("Practitioner").value())));
  EXPECT_EQ(targets.count(), 2U);
  EXPECT_TRUE(plan->refers.untold.none());
}

TEST(Look, KnowsWhichTypesReferToWhatTheyDoNotTell) {
  Look look(1, DuplicateRule::kNewest);
  look.add(*parsed(R"({"resourceType":"Observation","id":"o","subject":{"reference":"urn:uuid:1"}})"
                   "\n"
                   R"({"resourceType":"Condition","id":"c","subject":{"reference":"Patient/a"}})"
                   "\n"));
  const auto plan = decided(look);
  EXPECT_TRUE(
      plan->refers.untold.test(core::index_of(core::find_resource_type("Observation").value())));
  EXPECT_EQ(plan->refers.untold.count(), 1U);
}

TEST(Look, KnowsWhatAFullUrlStandsFor) {
  const std::string bundle =
      R"({"resourceType":"Bundle","type":"transaction","entry":[)"
      R"({"fullUrl":"urn:uuid:1111","resource":{"resourceType":"Patient","id":"1111"}},)"
      R"({"fullUrl":"urn:uuid:2222","resource":{"resourceType":"Encounter","id":"e"}}]})"
      "\n";
  Look look(1, DuplicateRule::kNewest);
  look.add(*parsed(bundle));
  const auto plan = decided(look);
  ASSERT_EQ(plan->bundles.size(), 1U);
  EXPECT_EQ(plan->bundles.begin()->second.entries, 2U);
  const BundleName scope = plan->bundles.begin()->first;
  EXPECT_EQ(plan->urns.find(scope, "urn:uuid:1111")->id, "1111");
  EXPECT_EQ(plan->urns.find(scope, "urn:uuid:2222")->id, "e");
  EXPECT_FALSE(plan->urns.find({scope.member, scope.offset + 1}, "urn:uuid:2222").has_value());
  EXPECT_FALSE(plan->urns.find(scope, "urn:uuid:3333").has_value());
}

std::string entry(const std::string& full_url, const std::string& id) {
  return R"({"fullUrl":")" + full_url + R"(","resource":{"resourceType":"Patient","id":")" + id +
         "\"}}";
}

std::string searchset(const std::string& entries) {
  return R"({"resourceType":"Bundle","type":"searchset","entry":[)" + entries + "]}\n";
}

TEST(Look, TakesTheBaseOfFullUrlsThatNameTheirOwnResource) {
  Look look(1, DuplicateRule::kNewest);
  look.add(*parsed(searchset(entry("https://a.example/fhir/Patient/1", "1") + "," +
                             entry("https://a.example/fhir/Patient/2", "2") + "," +
                             entry("https://b.example/Patient/3", "another") + "," +
                             entry("https://c.example/Group/4", "4"))));
  const auto plan = decided(look);
  EXPECT_EQ(plan->bases.list(), std::vector<std::string>{"https://a.example/fhir"});
  const BundleName scope{0, 0};
  EXPECT_EQ(plan->urns.find(scope, "https://b.example/Patient/3")->id, "another");
  EXPECT_EQ(plan->urns.find(scope, "https://c.example/Group/4")->type, core::kPatient);
  EXPECT_FALSE(plan->urns.find(scope, "https://a.example/fhir/Patient/1").has_value())
      << "its base is enough";
}

TEST(Look, TakesNoBaseOfTooMany) {
  std::string entries = entry("https://a.example/0/Patient/p", "p");
  for (std::size_t i = 1; i <= record::SourceBases::kMost; ++i) {
    entries += "," + entry("https://a.example/" + std::to_string(i) + "/Patient/p", "p");
  }
  Look look(1, DuplicateRule::kNewest);
  look.add(*parsed(searchset(entries)));
  const auto plan = decided(look);
  EXPECT_TRUE(plan->too_many_bases);
  EXPECT_TRUE(plan->bases.empty()) << "which ones are found first hangs on the threads";
}

/// Chunks in any order of arrival give the same plan.
TEST(Look, DecidesTheSameWhateverTheOrderOfArrival) {
  std::mt19937 random(3);
  std::vector<record::BatchHandle> batches;
  for (std::uint32_t sequence = 0; sequence < 12; ++sequence) {
    std::string text;
    for (int i = 0; i < 30; ++i) {
      text += patient(std::to_string(random() % 40),
                      R"("versionId":")" + std::to_string(random() % 3) + "\"");
    }
    batches.push_back(parsed(text, {sequence % 3, sequence / 3, 0}));
  }
  std::vector<std::vector<std::uint32_t>> first;
  for (int round = 0; round < 10; ++round) {
    std::ranges::shuffle(batches, random);
    Look look(3, DuplicateRule::kNewest);
    for (const auto& batch : batches) look.add(*batch);
    const auto plan = decided(look);
    std::vector<std::vector<std::uint32_t>> now;
    for (std::uint32_t i = 0; i < 12; ++i) now.push_back(losers(*plan, i % 3, i / 3));
    if (round == 0) first = now;
    EXPECT_EQ(now, first);
    EXPECT_EQ(plan->duplicate, 360U - 40U);
  }
}

std::string of_type(const std::string& type, const std::vector<std::string>& entries) {
  std::string text = R"({"resourceType":"Bundle","type":")" + type + R"(","entry":[)";
  for (std::size_t i = 0; i < entries.size(); ++i) text += (i > 0 ? "," : "") + entries[i];
  return text + "]}\n";
}

std::string put(const std::string& id, const std::string& meta = "") {
  return R"({"resource":{"resourceType":"Patient","id":")" + id + R"(","meta":{)" + meta + "}}}";
}

std::string removal(const std::string& id, const std::string& modified = "") {
  return R"({"request":{"method":"DELETE","url":"Patient/)" + id + R"("},"response":{)" +
         (modified.empty() ? "" : R"("lastModified":")" + modified + "\"") + "}}";
}

constexpr const char* kIn2020 = R"("lastUpdated":"2020-01-01T00:00:00Z")";
constexpr const char* kIn2021 = R"("lastUpdated":"2021-01-01T00:00:00Z")";

std::vector<std::uint32_t> losers_of(const std::string& text, DuplicateRule rule) {
  Look look(1, rule);
  look.add(*parsed(text));
  return losers(*decided(look), 0, 0);
}

using Rows = std::vector<std::uint32_t>;

TEST(Look, GoesByPlaceWhereADeleteDoesNotSayWhenItWas) {
  const auto newest = DuplicateRule::kNewest;
  EXPECT_EQ(losers_of(of_type("batch", {put("a", kIn2021), removal("a")}), newest), Rows{0});
  EXPECT_EQ(losers_of(of_type("batch", {removal("a"), put("a", kIn2020)}), newest), Rows{0});
  // By dates alone the first would win over the last, the last over the DELETE, and it over the
  // first.
  EXPECT_EQ(
      losers_of(of_type("batch", {put("a", kIn2021), removal("a"), put("a", kIn2020)}), newest),
      (Rows{0, 1}));
  // Others are not concerned.
  EXPECT_EQ(
      losers_of(of_type("batch", {put("b", kIn2021), removal("a"), put("b", kIn2020)}), newest),
      Rows{2});
}

TEST(Look, GoesByDateWhereADeleteSaysWhenItWas) {
  const std::string deleted = removal("a", "2020-06-01T00:00:00Z");
  for (const char* type : {"batch", "history"}) {
    EXPECT_EQ(losers_of(of_type(type, {deleted, put("a", kIn2020)}), DuplicateRule::kNewest),
              Rows{1});
    EXPECT_EQ(losers_of(of_type(type, {deleted, put("a", kIn2021)}), DuplicateRule::kNewest),
              Rows{0});
  }
}

TEST(Look, ReadsAHistoryFromItsEnd) {
  const std::vector<std::string> twice = {put("a"), put("a")};
  EXPECT_EQ(losers_of(of_type("history", twice), DuplicateRule::kNewest), Rows{1});
  EXPECT_EQ(losers_of(of_type("collection", twice), DuplicateRule::kNewest), Rows{0});
  EXPECT_EQ(losers_of(of_type("history", {removal("a"), put("a")}), DuplicateRule::kNewest),
            Rows{1});
  EXPECT_EQ(losers_of(of_type("history", twice), DuplicateRule::kLast), Rows{0});
  // A later history is newer than an earlier one.
  EXPECT_EQ(
      losers_of(of_type("history", twice) + of_type("history", twice), DuplicateRule::kNewest),
      (Rows{0, 1, 3}));
}

TEST(Look, ReadsAHistoryThatSaysSoOnlyAtItsEnd) {
  const std::string text = R"({"resourceType":"Bundle","entry":[)" + put("a") + "," + put("a") +
                           R"(],"type":"history"})";
  EXPECT_EQ(losers_of(text, DuplicateRule::kNewest), Rows{1});
}

TEST(Look, KeepsDeletesApartAndCountsWhatIsAskedFor) {
  Look look(1, DuplicateRule::kNewest);
  look.add(
      *parsed(of_type("batch", {put("a"), removal("b")}) + of_type("transaction", {put("c")})));
  const auto plan = decided(look);
  const std::size_t patient_type = core::index_of(core::kPatient);
  EXPECT_TRUE(plan->members[0].deleted_types.test(patient_type));
  EXPECT_TRUE(plan->members[0].loose_types.test(patient_type));
  EXPECT_EQ(plan->requests[static_cast<std::size_t>(record::Method::kDelete)], 1U);
  EXPECT_EQ(plan->bundles_of_type[static_cast<std::size_t>(record::BundleType::kBatch)], 1U);
}

}  // namespace
}  // namespace fhirehose::index
