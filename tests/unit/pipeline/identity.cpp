#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fhirehose/load.hpp"
#include "support/loading.hpp"
#include "support/scratch_directory.hpp"
#include "support/scripted_server.hpp"

namespace fhirehose {
namespace {

using testing::HasSubstr;
using testing::Not;
using namespace tests;

class IdentityTest : public testing::Test {
 protected:
  IdentityTest() {
    options_.target = "sqlite:" + (scratch_ / "x.db").string();
    options_.state = scratch_ / "state";
  }
  void input(std::string_view name, std::string_view text) {
    write_file(scratch_ / name, text);
    options_.input.sources.push_back(scratch_ / name);
  }
  void prefix(std::string text) {
    options_.identity.ids = Ids::kPrefix;
    options_.identity.prefix = std::move(text);
  }
  std::map<std::string, std::string> rows() const { return stored(scratch_ / "x.db"); }

  ScratchDirectory scratch_;
  LoadOptions options_;
};

constexpr std::string_view kLines =
    R"({"resourceType":"Patient","id":"1"})"
    "\n"
    R"({"resourceType":"Observation","id":"o","subject":{"reference":"Patient/1"}})"
    "\n";

TEST_F(IdentityTest, MapsIdsAndReferencesAlike) {
  input("x.ndjson", kLines);
  prefix("rb-");
  EXPECT_EQ(loaded(options_).total.loaded, 2U);
  EXPECT_EQ(rows().at("Patient/rb-1"), R"({"resourceType":"Patient","id":"rb-1"})");
  EXPECT_EQ(rows().at("Observation/rb-o"),
            R"({"resourceType":"Observation","id":"rb-o","subject":{"reference":"Patient/rb-1"}})");
}

TEST_F(IdentityTest, NamesThePatientOfARowAsAtTheTarget) {
  input("x.ndjson", kLines);
  prefix("rb-");
  loaded(options_);
  auto database = sqlite::Database::open(scratch_ / "x.db", sqlite::Mode::kRead,
                                         std::chrono::milliseconds(1'000))
                      .value();
  auto query = database.prepare("select count(*) from resource where patient = 'rb-1'").value();
  ASSERT_EQ(query.step().value(), sqlite::Step::kRow);
  EXPECT_EQ(query.integer(0), 2);
}

TEST_F(IdentityTest, DecidesDuplicatesByTheSourcesIds) {
  input("x.ndjson",
        "{\"resourceType\":\"Patient\",\"id\":\"a\",\"n\":1}\n"
        "{\"resourceType\":\"Patient\",\"id\":\"\\u0061\",\"n\":2}\n");
  prefix("x-");
  const Report report = loaded(options_);
  EXPECT_EQ(report.total.duplicate, 1U);
  EXPECT_THAT(rows().at("Patient/x-a"), HasSubstr(R"("n":2)"));
}

TEST_F(IdentityTest, RejectsAnIdThatGetsTooLongAndCountsItOnce) {
  const std::string id(64, 'a');
  input("x.ndjson", std::string(kLines) + R"({"resourceType":"Patient","id":")" + id + "\"}\n");
  prefix("rb-");
  const Report report = loaded(options_);
  EXPECT_EQ(report.total.loaded, 2U);
  EXPECT_EQ(report.total.rejected, 1U);
  EXPECT_TRUE(report.total.conserved());
  const auto letters = dead_letters(options_.state, report.run);
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(letters[0].stage, "transform");
  EXPECT_THAT(letters[0].reason, HasSubstr("too long"));
  EXPECT_THAT(letters[0].bytes, HasSubstr(id));
}

TEST_F(IdentityTest, TellsSystemsWithTheSameIdsApart) {
  input("x.ndjson", kLines);
  options_.identity.ids = Ids::kUuid;
  for (const char* system : {"north", "south", "north"}) {
    options_.identity.source_system = system;
    EXPECT_EQ(loaded(options_).total.loaded, 2U);
  }
  EXPECT_EQ(rows().size(), 4U);
}

TEST_F(IdentityTest, MapsWhatHasNoId) {
  input("x.ndjson", "{\"resourceType\":\"Patient\",\"active\":true}\n");
  loaded(options_);
  const std::string plain = rows().begin()->first.substr(8);
  prefix("rb-");
  loaded(options_);
  EXPECT_EQ(rows().at("Patient/rb-" + plain),
            R"({"id":"rb-)" + plain + R"(","resourceType":"Patient","active":true})");
}

TEST_F(IdentityTest, MakesReferencesBelowTheSourcesBaseRelative) {
  input(
      "x.ndjson",
      R"({"resourceType":"Observation","id":"o","a":{"reference":"https://ehr.example/r4/Patient/1"},)"
      R"("b":{"reference":"https://other.example/r4/Patient/1"}})");
  options_.identity.source_bases = {"https://ehr.example/r4/"};
  loaded(options_);
  EXPECT_EQ(rows().at("Observation/o"),
            R"({"resourceType":"Observation","id":"o","a":{"reference":"Patient/1"},)"
            R"("b":{"reference":"https://other.example/r4/Patient/1"}})");
}

// A page of a search refers to what is on another page.
TEST_F(IdentityTest, LearnsTheSourcesBaseFromFullUrls) {
  input(
      "1.json",
      R"({"resourceType":"Bundle","type":"searchset","entry":[{"fullUrl":)"
      R"("https://ehr.example/r4/Observation/o","resource":{"resourceType":"Observation","id":"o",)"
      R"("subject":{"reference":"https://ehr.example/r4/Patient/p"}}}]})");
  input("2.json",
        R"({"resourceType":"Bundle","type":"searchset","entry":[{"fullUrl":)"
        R"("https://ehr.example/r4/Patient/p","resource":{"resourceType":"Patient","id":"p"}}]})");
  prefix("x-");
  loaded(options_);
  EXPECT_THAT(rows().at("Observation/x-o"), HasSubstr(R"({"reference":"Patient/x-p"})"));
}

TEST_F(IdentityTest, FindsAnEntryByAFullUrlThatIsNotItsAddress) {
  input(
      "1.json",
      R"({"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"http://x.example/abc",)"
      R"("resource":{"resourceType":"Coverage","id":"c"}},{"fullUrl":"http://x.example/eob",)"
      R"("resource":{"resourceType":"ExplanationOfBenefit","id":"e","a":{"reference":"http://x.example/abc"}}},)"
      R"({"fullUrl":"http://x.example/o","resource":{"resourceType":"Basic","id":"b",)"
      R"("a":{"reference":"http://x.example/abc"}}}]})");
  loaded(options_);
  EXPECT_THAT(rows().at("Basic/b"), HasSubstr(R"({"reference":"Coverage/c"})"));
  EXPECT_EQ(rows().at("ExplanationOfBenefit/e"),
            R"({"resourceType":"ExplanationOfBenefit","id":"e"})");
}

TEST_F(IdentityTest, ResolvesUrnsOfOtherMembersWhenAsked) {
  input("1.json",
        R"({"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:1",)"
        R"("resource":{"resourceType":"Patient","id":"p"}}]})");
  input("2.ndjson",
        R"({"resourceType":"Observation","id":"o","subject":{"reference":"urn:uuid:1"}})");
  loaded(options_);
  EXPECT_THAT(rows().at("Observation/o"), HasSubstr("urn:uuid:1"));
  options_.identity.urns_reach_everywhere = true;
  loaded(options_);
  EXPECT_EQ(rows().at("Observation/o"),
            R"({"resourceType":"Observation","id":"o","subject":{"reference":"Patient/p"}})");
}

TEST_F(IdentityTest, FindsIdsThatTheServerRefusesBeforeItSendsAny) {
  ScriptedServer server([](const Received& request) -> Reply {
    if (request.method == "GET") {
      return {200, R"({"resourceType":"CapabilityStatement","fhirVersion":"4.0.1",)"
                   R"("software":{"name":"HAPI FHIR Server","version":"8.8.0"}})"};
    }
    return {200, R"({"resourceType":"Bundle","type":"transaction-response",)"
                 R"("entry":[{"response":{"status":"201 Created"}}]})"};
  });
  const auto posted = [&] {
    std::string bodies;
    for (const Received& request : server.received()) bodies += request.body;
    return bodies;
  };
  options_.target = server.url();
  input("x.ndjson", "{\"resourceType\":\"Patient\",\"id\":\"4711\"}\n");
  EXPECT_THAT(refusal(options_), HasSubstr("1 of the records have (1 Patient)"));
  EXPECT_EQ(posted(), "");
  options_.identity.ids = Ids::kAuto;
  EXPECT_EQ(loaded(options_).total.loaded, 1U);
  EXPECT_THAT(posted(),
              HasSubstr(R"("id":"n-4711"},"request":{"method":"PUT","url":"Patient/n-4711")"));
  options_.identity.ids = Ids::kKeep;
  EXPECT_EQ(loaded(options_).total.loaded, 1U);
  EXPECT_THAT(posted(), HasSubstr(R"("url":"Patient/4711")"));
}

}  // namespace
}  // namespace fhirehose
