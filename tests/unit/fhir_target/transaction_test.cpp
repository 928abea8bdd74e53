#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bundles.hpp"

namespace fhirehose::target {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kPractitionerJson =
    R"({"resourceType":"Practitioner","id":"d1","identifier":[{"system":"http://npi","value":"99"}]})";

std::string observation(std::string_view id, std::string_view reference) {
  return put("Observation", id, fmt::format(R"(,"subject":{{"reference":"{}"}})", reference));
}

void expect_refused(Asked& target, const std::string& text, int status, const std::string& code) {
  const auto before = target.digest();
  const Answer answer = target.post(text);
  EXPECT_EQ(answer.status, status) << answer.body;
  EXPECT_THAT(answer.body, HasSubstr("OperationOutcome"));
  EXPECT_THAT(answer.body, HasSubstr(code));
  EXPECT_EQ(target.digest()["hash"], before["hash"]);
  EXPECT_EQ(target.digest()["total"], before["total"]);
}

TEST(Transaction, AnswersInOrderWithLocationAndEtag) {
  Asked target;
  const Answer answer = target.post(transaction({put("Patient", "1"), put("Basic", "b")}));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(
      answer.body,
      R"({"resourceType":"Bundle","type":"transaction-response","entry":[)"
      R"({"response":{"status":"201 Created","location":"Patient/1/_history/1","etag":"W/\"1\""}},)"
      R"({"response":{"status":"201 Created","location":"Basic/b/_history/1","etag":"W/\"1\""}}]})");
}

TEST(Transaction, KeepsBytesAsTheyCame) {
  Asked target;
  const std::string text =
      R"({ "resourceType":"Observation",  "id":"o", "valueQuantity":{"value":3.000}, "x":"\/" })";
  target.post(transaction({entry("PUT", "Observation/o", text)}));
  EXPECT_EQ(target.stored("Observation/o"), text);
}

TEST(Transaction, TheSameAgainChangesNothing) {
  Asked target(enforced());
  const std::string text = transaction({put("Patient", "p"), observation("o", "Patient/p")});
  EXPECT_THAT(target.statuses(text), ElementsAre("201 Created", "201 Created"));
  EXPECT_THAT(target.statuses(text), ElementsAre("200 OK", "200 OK"));
  EXPECT_EQ(target.digest()["versions_written"], 2);
  EXPECT_EQ(target.digest()["unchanged"], 2);
}

TEST(Transaction, OrderInsideDoesNotMatter) {
  Asked target(enforced());
  EXPECT_EQ(target.post(transaction({observation("o", "Patient/p"), put("Patient", "p")})).status,
            200);
}

TEST(Transaction, UrnBecomesTheIdOfAPut) {
  Asked target(enforced());
  target.post(
      transaction({observation("o", "urn:uuid:1"), named("urn:uuid:1", put("Patient", "p"))}));
  EXPECT_THAT(target.stored("Observation/o"), HasSubstr(R"("reference":"Patient/p")"));
}

TEST(Transaction, UrnBecomesTheAssignedIdOfAPost) {
  Asked target(enforced());
  const std::string patient = R"({"resourceType":"Patient","id":"old"})";
  target.post(transaction(
      {observation("o", "urn:uuid:1"), named("urn:uuid:1", entry("POST", "Patient", patient))}));
  EXPECT_THAT(target.stored("Observation/o"), HasSubstr(R"("reference":"Patient/1")"));
  EXPECT_EQ(target.stored("Patient/1"), R"({"resourceType":"Patient","id":"1"})");
}

TEST(Transaction, ThePutsUrlWinsOverTheBodysId) {
  Asked target;
  target.post(transaction({entry("PUT", "Patient/url", R"({"resourceType":"Patient","id":"b"})"),
                           entry("PUT", "Patient/none", R"({"resourceType":"Patient"})")}));
  EXPECT_EQ(target.stored("Patient/url"), R"({"resourceType":"Patient","id":"url"})");
  EXPECT_EQ(target.stored("Patient/none"), R"({"id":"none","resourceType":"Patient"})");
}

TEST(Transaction, AMissingTargetRefusesAll) {
  Asked target(enforced());
  expect_refused(target, transaction({put("Patient", "p"), observation("o", "Patient/q")}), 400,
                 "HAPI-1094: Resource Patient/q not found, specified in path: Observation.subject");
}

TEST(Transaction, OpenReferencesAreOnlyReported) {
  Asked target;
  EXPECT_EQ(target.post(transaction({observation("o", "Patient/q")})).status, 200);
  EXPECT_EQ(target.digest()["dangling"], 1);
  target.post(transaction({put("Patient", "q")}));
  EXPECT_EQ(target.digest()["dangling"], 0);
}

TEST(Transaction, ReferencesThatCanNotBeResolvedAreRefused) {
  Asked target(enforced());
  expect_refused(target, transaction({observation("o", "urn:uuid:9")}), 400, "HAPI-0541");
  expect_refused(target, transaction({observation("o", "http://a.example/Patient/1")}), 400,
                 "HAPI-0507");
  expect_refused(target, transaction({observation("o", "Patent/1")}), 400, "HAPI-0506");
}

TEST(Transaction, ConditionalReferenceFindsWhatIsStored) {
  Asked target(enforced());
  target.post(transaction({entry("PUT", "Practitioner/d1", kPractitionerJson)}));
  for (const auto* reference :
       {"Practitioner?identifier=http://npi|99", "Practitioner?identifier=http://npi%7C99"}) {
    ASSERT_EQ(target.post(transaction({observation("o", reference)})).status, 200);
    EXPECT_THAT(target.stored("Observation/o"), HasSubstr(R"("reference":"Practitioner/d1")"));
  }
}

TEST(Transaction, ConditionalReferenceDoesNotSeeItsOwnTransaction) {
  Asked target(enforced());
  expect_refused(target,
                 transaction({entry("PUT", "Practitioner/d1", kPractitionerJson),
                              observation("o", "Practitioner?identifier=http://npi|99")}),
                 404, "HAPI-1091");
}

TEST(Transaction, ConditionalReferenceHasToBeUnambiguous) {
  Asked target(enforced());
  const std::string same = R"(,"identifier":[{"value":"1"}])";
  target.post(transaction({put("Patient", "a", same), put("Patient", "b", same)}));
  expect_refused(target, transaction({observation("o", "Patient?identifier=1")}), 412, "HAPI-1092");
}

TEST(Transaction, OpenConditionalReferencesStayAsSpelled) {
  Asked target;
  target.post(transaction({entry("PUT", "Practitioner/d1", kPractitionerJson),
                           observation("o", "Practitioner?identifier=http://npi|99")}));
  EXPECT_THAT(target.stored("Observation/o"), HasSubstr("Practitioner?identifier="));
}

TEST(Transaction, TheSameIdTwiceIsRefused) {
  Asked target;
  expect_refused(target,
                 transaction({put("Patient", "p"), put("Patient", "p", R"(,"active":true)")}), 400,
                 "HAPI-0535");
}

TEST(Transaction, NumericIdsAreRefusedOnCreateOnly) {
  Rules rules;
  rules.numeric_ids = NumericIds::kRefused;
  Asked target(rules);
  expect_refused(target, transaction({put("Patient", "12")}), 400, "HAPI-0960");
  target.post(transaction({entry("POST", "Patient", R"({"resourceType":"Patient"})")}));
  EXPECT_THAT(target.statuses(transaction({put("Patient", "1", R"(,"active":true)")})),
              ElementsAre("200 OK"));
  Asked lenient;
  EXPECT_THAT(lenient.statuses(transaction({put("Patient", "12")})), ElementsAre("201 Created"));
}

TEST(Transaction, IllegalRequestsAreRefused) {
  Asked target;
  expect_refused(target, transaction({put("Patient", "a_b")}), 400, "HAPI-0521");
  expect_refused(target, transaction({put("Patient", std::string(65, 'a'))}), 400, "HAPI-0521");
  expect_refused(target, transaction({entry("PUT", "Patent/1", R"({"resourceType":"Basic"})")}),
                 404, "HAPI-0302");
  expect_refused(target, transaction({entry("PUT", "Patient/1", R"({"resourceType":"Basic"})")}),
                 400, "HAPI-0544");
  expect_refused(target, transaction({entry("PUT", "Patient/1", "")}), 400, "HAPI-0543");
  expect_refused(target, transaction({entry("PATCH", "Patient/1", "")}), 400, "HAPI-0547");
}

TEST(Transaction, ConditionalCreateIsDoneOnce) {
  Asked target;
  const std::string text = transaction({entry("POST", "Practitioner", kPractitionerJson,
                                              R"(,"ifNoneExist":"identifier=http://npi|99")")});
  EXPECT_THAT(target.statuses(text), ElementsAre("201 Created"));
  EXPECT_THAT(target.statuses(text), ElementsAre("200 OK"));
  EXPECT_EQ(target.digest()["total"], 1);
}

TEST(Transaction, ConditionalUpdateFindsItsResource) {
  Asked target;
  target.post(transaction({entry("PUT", "Practitioner/d1", kPractitionerJson)}));
  const std::string changed =
      R"({"resourceType":"Practitioner","active":true,"identifier":[{"system":"http://npi","value":"99"}]})";
  EXPECT_THAT(target.statuses(
                  transaction({entry("PUT", "Practitioner?identifier=http://npi|99", changed)})),
              ElementsAre("200 OK"));
  EXPECT_THAT(target.stored("Practitioner/d1"), HasSubstr(R"("id":"d1")"));
  EXPECT_EQ(target.digest()["total"], 1);
}

TEST(Transaction, DeletesAndReads) {
  Asked target;
  target.post(transaction({put("Patient", "p"), put("Patient", "q")}));
  const std::string text =
      transaction({entry("GET", "Patient/q", ""), entry("DELETE", "Patient/p", ""),
                   entry("GET", "Patient/p", "")});
  EXPECT_THAT(target.statuses(text), ElementsAre("200 OK", "204 No Content", "404 Not Found"));
  EXPECT_EQ(target.digest()["total"], 1);
  EXPECT_EQ(target.digest()["deleted"], 1);
}

TEST(Batch, EachEntryAnswersForItself) {
  Asked target(enforced());
  EXPECT_THAT(target.statuses(batch({observation("o", "Patient/p"), put("Patient", "p"),
                                     observation("o2", "Patient/p"),
                                     observation("o3", "Patient?identifier=1")})),
              ElementsAre(StartsWith("400"), "201 Created", "201 Created", StartsWith("404")));
  EXPECT_EQ(target.digest()["total"], 2);
  EXPECT_EQ(target.digest()["refused_entries"], 2);
}

TEST(Batch, NamesTheReasonInTheEntry) {
  Asked target(enforced());
  EXPECT_THAT(target.post(batch({observation("o", "Patient/p")})).body,
              HasSubstr(R"("outcome":{"resourceType":"OperationOutcome")"));
}

}  // namespace
}  // namespace fhirehose::target
