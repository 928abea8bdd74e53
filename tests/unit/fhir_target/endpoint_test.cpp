#include "fhir-target/endpoint.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bundles.hpp"

namespace fhirehose::target {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kPatient =
    R"({"resourceType":"Patient","id":"p","identifier":[{"system":"s","value":"7"}]})";

TEST(Endpoint, PutThenGet) {
  Asked target;
  const Answer put = target.ask(Method::kPut, "Patient/p", kPatient);
  EXPECT_EQ(put.status, 201);
  EXPECT_EQ(put.location, "Patient/p/_history/1");
  EXPECT_EQ(put.version, 1U);
  EXPECT_TRUE(put.body.empty());
  const Answer got = target.ask(Method::kGet, "Patient/p");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, kPatient);
}

TEST(Endpoint, AnswersTheResourceUnlessMinimal) {
  Endpoint endpoint({});
  const Body body(kPatient);
  const Request request{.method = Method::kPut, .url = "Patient/p", .body = &body};
  EXPECT_EQ(endpoint.handle(request).body, kPatient);
}

TEST(Endpoint, AddressMayCarryFormatParameters) {
  Asked target;
  EXPECT_EQ(target.ask(Method::kPut, "Patient/p?_pretty=false", kPatient).status, 201);
  EXPECT_EQ(target.ask(Method::kPost, "?_pretty=false", transaction({put("Basic", "b")})).status,
            200);
}

TEST(Endpoint, APutHasToAgreeWithItsUrl) {
  Asked target;
  EXPECT_THAT(target.ask(Method::kPut, "Patient/q", kPatient).body, HasSubstr("HAPI-0420"));
  EXPECT_THAT(target.ask(Method::kPut, "Patient/q", R"({"resourceType":"Patient"})").body,
              HasSubstr("HAPI-0419"));
  EXPECT_EQ(target.digest()["total"], 0);
}

TEST(Endpoint, PostAssignsAnIdAndHonoursItsCondition) {
  Asked target;
  EXPECT_EQ(target.ask(Method::kPost, "Patient", kPatient, "identifier=s|7").location,
            "Patient/1/_history/1");
  EXPECT_EQ(target.ask(Method::kPost, "Patient", kPatient, "identifier=s|7").status, 200);
  EXPECT_EQ(target.ask(Method::kPost, "Patient", kPatient).location, "Patient/2/_history/1");
}

TEST(Endpoint, DeleteMakesItUnknown) {
  Asked target;
  target.ask(Method::kPut, "Patient/p", kPatient);
  EXPECT_EQ(target.ask(Method::kDelete, "Patient/p").status, 204);
  EXPECT_EQ(target.ask(Method::kGet, "Patient/p").status, 404);
}

TEST(Endpoint, SearchesByIdentifierAndId) {
  Asked target;
  target.ask(Method::kPut, "Patient/p", kPatient);
  const auto total = [&](const char* url) {
    return nlohmann::json::parse(target.stored(url)).at("total").get<int>();
  };
  EXPECT_EQ(total("Patient?identifier=s%7C7"), 1);
  EXPECT_EQ(total("Patient?identifier=7&_format=json"), 1);
  EXPECT_EQ(total("Patient?identifier=t%7C7"), 0);
  EXPECT_EQ(total("Patient?_id=p,q,p"), 2);
  EXPECT_EQ(total("Patient?_summary=count"), 1);
  EXPECT_EQ(total("Basic?_summary=count"), 0);
}

TEST(Endpoint, RefusesASearchItDoesNotKnow) {
  Asked target;
  EXPECT_EQ(target.ask(Method::kGet, "Patient?name=x").status, 400);
  EXPECT_EQ(target.ask(Method::kGet, "Patient").status, 400);
}

TEST(Endpoint, MetadataNamesItself) {
  Asked target(enforced());
  const auto metadata = nlohmann::json::parse(target.stored("metadata"));
  EXPECT_EQ(metadata.at("software").at("name"), "fhir-target");
  EXPECT_EQ(metadata.at("fhirVersion"), "4.0.1");
  EXPECT_EQ(metadata.at("implementation").at("description"),
            "references enforced, numeric ids allowed");
}

TEST(Endpoint, LimitsTheEntriesOfABundle) {
  Rules rules;
  rules.max_entries = 2;
  Asked target(rules);
  EXPECT_EQ(target.post(transaction({put("Basic", "a"), put("Basic", "b")})).status, 200);
  EXPECT_EQ(
      target.post(transaction({put("Basic", "a"), put("Basic", "b"), put("Basic", "c")})).status,
      413);
  EXPECT_EQ(target.digest()["total"], 2);
}

TEST(Endpoint, OnlyPostGoesToTheBase) {
  Asked target;
  EXPECT_EQ(target.ask(Method::kGet, "").status, 405);
}

TEST(Endpoint, DigestCountsWhatWasAsked) {
  Asked target;
  target.post(transaction({put("Patient", "p"), put("Basic", "b")}));
  target.post("nonsense");
  const auto digest = target.digest();
  EXPECT_EQ(digest.at("resources"), (nlohmann::json{{"Basic", 1}, {"Patient", 1}}));
  EXPECT_EQ(digest.at("total"), 2);
  EXPECT_EQ(digest.at("entries"), 2);
  EXPECT_EQ(digest.at("bundles"), 2);
  EXPECT_EQ(digest.at("requests"), 2);
  EXPECT_EQ(digest.at("refused_requests"), 1);
  EXPECT_EQ(digest.at("hash").get<std::string>().size(), 32U);
}

TEST(Endpoint, DanglingLeavesConditionalAndContainedOut) {
  Asked target;
  target.post(
      transaction({put("Basic", "b",
                       R"(,"a":{"reference":"#x"},"b":{"reference":"Patient?identifier=1"},)"
                       R"("c":{"reference":"urn:uuid:1"},"d":{"reference":"Patient/1"})")}));
  EXPECT_EQ(target.digest()["dangling"], 2);
}

TEST(Endpoint, ResetForgetsResourcesAndCounts) {
  Asked target;
  const std::string fresh = target.endpoint().digest();
  target.post(transaction({put("Patient", "p")}));
  EXPECT_NE(target.endpoint().digest(), fresh);
  target.endpoint().reset();
  EXPECT_EQ(target.endpoint().digest(), fresh);
}

TEST(Endpoint, CountModeAnswersWithoutKeeping) {
  Rules rules;
  rules.mode = Mode::kCount;
  Asked target(rules);
  EXPECT_THAT(
      target.statuses(transaction({put("Patient", "p"), put("Patient", "q"), put("Basic", "b")})),
      ElementsAre("201 Created", "201 Created", "201 Created"));
  EXPECT_EQ(target.ask(Method::kPut, "Patient/p", kPatient).status, 201);
  EXPECT_EQ(target.digest()["resources"], (nlohmann::json{{"Basic", 1}, {"Patient", 3}}));
  EXPECT_EQ(target.ask(Method::kGet, "Patient/p").status, 404);
}

TEST(Endpoint, CountModeStillWantsABundle) {
  Rules rules;
  rules.mode = Mode::kCount;
  Asked target(rules);
  EXPECT_EQ(target.post(R"({"resourceType":"Bundle","type":"transaction","entry":[{]})").status,
            400);
  EXPECT_THAT(target.statuses(batch({entry("PUT", "Patent/1", "{}")})),
              ElementsAre("404 Not Found"));
}

}  // namespace
}  // namespace fhirehose::target
