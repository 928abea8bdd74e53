#include "fhirehose/load.hpp"

#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/loading.hpp"
#include "support/scratch_directory.hpp"

namespace fhirehose {
namespace {

using testing::HasSubstr;
using namespace tests;

class LoadTest : public testing::Test {
 protected:
  LoadTest() {
    options_.target = "sqlite:" + (scratch_ / "x.db").string();
    options_.state = scratch_ / "state";
  }
  LoadOptions& input(std::string_view name, std::string_view text) {
    write_file(scratch_ / name, text);
    options_.input.sources.push_back(scratch_ / name);
    return options_;
  }
  std::map<std::string, std::string> rows() const { return stored(scratch_ / "x.db"); }

  ScratchDirectory scratch_;
  LoadOptions options_;
};

TEST_F(LoadTest, SendsAPatientByteForByte) {
  const std::string patient =
      R"({ "resourceType" : "Patient","id":"a","n":3.000,"t":"\/\u00e9","birthDate":"2000-01-01" })";
  const Report report = loaded(input("p.ndjson", patient + "\r\n"));
  EXPECT_EQ(report.total.loaded, 1U);
  EXPECT_EQ(rows().at("Patient/a"), patient);
}

/// Writes other content into a file between the look and the load.
class Meddler final : public Observer {
 public:
  explicit Meddler(std::filesystem::path file) : file_(std::move(file)) {}
  void note(const std::string& what, const std::string&) override {
    if (what != "looked") return;
    std::fstream file(file_, std::ios::in | std::ios::out | std::ios::binary);
    file << R"({"resourceType":"Patient","id":"z")";
  }

 private:
  const std::filesystem::path file_;
};

TEST_F(LoadTest, StopsWhereTheInputIsOverwrittenBehindTheLook) {
  input("p.ndjson", "{\"resourceType\":\"Patient\",\"id\":\"a\"}\n");
  Progress progress;
  Meddler meddler(scratch_ / "p.ndjson");
  const auto report = std::get<Report>(load(options_, progress, meddler));
  EXPECT_EQ(report.state, State::kStopped);
  EXPECT_THAT(report.stopped_because, HasSubstr("it has changed since it was looked at"));
  EXPECT_EQ(report.total.loaded, 0U);
}

TEST_F(LoadTest, SettlesNothingOfAWindowThatCouldNotBeRead) {
  // Each window carries a part of a record to the next, and few are ahead of what is loaded.
  std::string text;
  for (int i = 0; i < 40'000; ++i) {
    text += "{\"resourceType\":\"Patient\",\"id\":\"p" + std::to_string(i) + "\",\"x\":\"" +
            std::string(500, 'y') + "\"}\n";
  }
  input("p.ndjson", text);
  const std::filesystem::path file = scratch_ / "p.ndjson";
  options_.input.window = 64 << 10;
  options_.input.memory = 1 << 20;
  Progress progress;
  const auto before = std::filesystem::last_write_time(file);
  std::jthread meddler([&](const std::stop_token& stop) {
    while (progress.loaded == 0 && !stop.stop_requested()) std::this_thread::yield();
    std::filesystem::last_write_time(file, {});
  });
  SilentObserver observer;
  EXPECT_EQ(std::get<Report>(load(options_, progress, observer)).state, State::kStopped);
  EXPECT_TRUE(dead_letters(options_.state, 1).empty());
  std::filesystem::last_write_time(file, before);
  ResumeOptions resumed;
  resumed.state = options_.state;
  const auto report = std::get<Report>(resume(resumed, progress, observer));
  EXPECT_EQ(report.total.loaded, 40'000U);
  EXPECT_TRUE(report.total.conserved());
}

TEST_F(LoadTest, EmptyInputIsACleanEnd) {
  const Report report = loaded(input("empty.ndjson", ""));
  EXPECT_EQ(report.total.read, 0U);
  EXPECT_EQ(report.state, State::kFinished);
  EXPECT_TRUE(report.total.conserved());
}

TEST_F(LoadTest, ABadLineBecomesADeadLetterAndTheRestGoesOn) {
  const Report report = loaded(input("x.ndjson",
                                     "{\"resourceType\":\"Patient\",\"id\":\"a\"}\n"
                                     "\n"
                                     "{\"resourceType\":\"Nonsense\",\"id\":\"b\"}\n"
                                     "{\"resourceType\":\"Patient\",\"id\":\"c_c\"}\n"
                                     "{\"resourceType\":\"Patient\",\"id\":\"d\"}"));
  EXPECT_EQ(report.total.read, 4U);
  EXPECT_EQ(report.total.loaded, 2U);
  EXPECT_EQ(report.total.rejected, 2U);
  EXPECT_TRUE(report.total.conserved());
  const auto letters = dead_letters(options_.state, report.run);
  ASSERT_EQ(letters.size(), 2U);
  EXPECT_EQ(letters[0].line, 3U);
  EXPECT_EQ(letters[0].begin, 37U);
  EXPECT_EQ(letters[0].end, 73U);
  EXPECT_EQ(letters[0].bytes, R"({"resourceType":"Nonsense","id":"b"})");
  EXPECT_EQ(letters[1].line, 4U);
  EXPECT_EQ(letters[1].stage, "validate");
}

TEST_F(LoadTest, DropsDuplicatesAndSaysSo) {
  const Report report =
      loaded(input("x.ndjson",
                   "{\"resourceType\":\"Patient\",\"id\":\"a\",\"meta\":{\"versionId\":\"2\"}}\n"
                   "{\"resourceType\":\"Patient\",\"id\":\"a\",\"meta\":{\"versionId\":\"1\"}}\n"));
  EXPECT_EQ(report.types.at("Patient").duplicate, 1U);
  EXPECT_THAT(rows().at("Patient/a"), HasSubstr("\"2\""));
}

TEST_F(LoadTest, LoadsNothingWithDuplicatesWhenNoneAreAskedFor) {
  input(
      "x.ndjson",
      "{\"resourceType\":\"Patient\",\"id\":\"a\"}\n{\"resourceType\":\"Patient\",\"id\":\"a\"}\n");
  options_.input.duplicates = Duplicates::kError;
  EXPECT_THAT(refusal(options_), HasSubstr("nothing was sent"));
  EXPECT_FALSE(std::filesystem::exists(scratch_ / "x.db"));
}

TEST_F(LoadTest, LabelsTheTenant) {
  options_.tenant = "t-1";
  loaded(input("x.ndjson", "{\"resourceType\":\"Patient\",\"id\":\"a\"}\n"));
  EXPECT_THAT(
      rows().at("Patient/a"),
      HasSubstr(R"({"system":"http://thirdopinion.io/identity/claims/tenant","code":"t-1"})"));
}

TEST_F(LoadTest, StripsCoverageUnlessToldToKeepIt) {
  const std::string eob =
      R"({"resourceType":"ExplanationOfBenefit","id":"e","insurance":[{"focal":true,"coverage":{"reference":"Coverage/c"}}]})";
  loaded(input("x.ndjson", eob + "\n"));
  EXPECT_EQ(rows().at("ExplanationOfBenefit/e"),
            R"({"resourceType":"ExplanationOfBenefit","id":"e","insurance":[{"focal":true}]})");
  options_.keep_coverage = true;
  loaded(options_);
  EXPECT_EQ(rows().at("ExplanationOfBenefit/e"), eob);
}

TEST_F(LoadTest, ResolvesUrnsOfABundleAlsoForwards) {
  loaded(input("b.json", R"({
  "resourceType": "Bundle", "type": "transaction",
  "entry": [ {
    "fullUrl": "urn:uuid:11111111-1111-1111-1111-111111111111",
    "resource": { "resourceType": "Encounter", "id": "e", "subject": { "reference": "urn:uuid:22222222-2222-2222-2222-222222222222" } },
    "request": { "method": "POST", "url": "Encounter" }
  }, {
    "fullUrl": "urn:uuid:22222222-2222-2222-2222-222222222222",
    "resource": { "resourceType": "Patient", "id": "p" },
    "request": { "method": "POST", "url": "Patient" }
  } ]
})"));
  EXPECT_THAT(rows().at("Encounter/e"), HasSubstr(R"("reference": "Patient/p")"));
}

TEST_F(LoadTest, GivesAResourceWithoutIdOneFromItsContent) {
  input("x.ndjson", "{\"resourceType\":\"Patient\",\"active\":true}\n");
  loaded(options_);
  const auto first = rows();
  loaded(options_);
  EXPECT_EQ(rows(), first);
  ASSERT_EQ(first.size(), 1U);
  const std::string id = first.begin()->first.substr(8);
  EXPECT_EQ(first.begin()->second,
            "{\"id\":\"" + id + "\",\"resourceType\":\"Patient\",\"active\":true}");
}

TEST_F(LoadTest, RefusesASourceThatIsNotThere) {
  options_.input.sources = {scratch_ / "nowhere.zip"};
  EXPECT_THAT(refusal(options_), HasSubstr("nowhere.zip"));
  EXPECT_FALSE(std::filesystem::exists(options_.state));
}

TEST_F(LoadTest, RefusesATargetThatIsNotThere) {
  input("x.ndjson", "{}");
  options_.target = "http://127.0.0.1:9/fhir";
  EXPECT_THAT(refusal(options_), HasSubstr("127.0.0.1"));
  EXPECT_FALSE(std::filesystem::exists(options_.state));
}

TEST_F(LoadTest, RefusesOptionsOutOfRange) {
  input("x.ndjson", "{}");
  options_.input.memory = 1'000;
  EXPECT_THAT(refusal(options_), HasSubstr("memory"));
}

TEST_F(LoadTest, ReportsABrokenMemberAndKeepsWhatCameBefore) {
  // A gzip stream that ends in the middle: real bytes of `{"resourceType":"Patient","id":"a"}` and
  // a half.
  const std::string whole("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\x56", 12);
  const Report report = loaded(input("t.ndjson.gz", whole));
  ASSERT_EQ(report.problems.size(), 1U);
  EXPECT_THAT(report.problems[0].where, HasSubstr("t.ndjson.gz"));
  EXPECT_TRUE(report.total.conserved());
}

TEST_F(LoadTest, RemembersTheRun) {
  const Report report = loaded(input("x.ndjson", "{\"resourceType\":\"Patient\",\"id\":\"a\"}\n"));
  const auto opened =
      ledger::Ledger::open(options_.state, ledger::Ledger::Access::kReadOnly).value();
  const auto run = opened->run(report.run).value();
  ASSERT_TRUE(run.has_value());
  EXPECT_EQ(run->state, "finished");
  EXPECT_EQ(run->counts.loaded, 1U);
  EXPECT_EQ(opened->members(report.run).value().at(0).records, 1U);
}

}  // namespace
}  // namespace fhirehose
