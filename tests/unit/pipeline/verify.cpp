#include "fhirehose/verify.hpp"

#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/loading.hpp"
#include "support/scratch_directory.hpp"

namespace fhirehose {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using namespace tests;

/// A load into SQLite of Patients p0, p1, ... and what is done to its rows afterwards.
class VerifyTest : public testing::Test {
 protected:
  VerifyTest() {
    options_.load.target = "sqlite:" + (scratch_ / "x.db").string();
    options_.load.state = scratch_ / "state";
    options_.load.input.sources = {scratch_ / "p.ndjson"};
  }
  void load_patients(int count, const std::string& more = "") {
    std::string text = more;
    for (int i = 0; i < count; ++i) {
      text += R"({"resourceType":"Patient","id":"p)" + std::to_string(i) +
              R"(","name":[{"family":"Secret"}]})" + "\n";
    }
    write_file(scratch_ / "p.ndjson", text);
    report_ = loaded(options_.load);
  }
  void change(const std::string& sql) {
    auto database = sqlite::Database::open(scratch_ / "x.db", sqlite::Mode::kWrite,
                                           std::chrono::milliseconds(1'000));
    ASSERT_TRUE(database->execute(sql));
  }
  Verification verified() {
    auto result = run();
    if (const auto* refused = std::get_if<Refused>(&result))
      throw std::runtime_error(refused->message);
    return std::get<Verification>(std::move(result));
  }
  std::variant<Verification, Refused, Unreachable> run() {
    Progress progress;
    SilentObserver observer;
    return verify(options_, progress, observer);
  }
  static std::vector<std::string> named(const Verification& found) {
    std::vector<std::string> names;
    for (const Difference& each : found.differences)
      names.push_back(each.kind + " " + each.type + "/" + each.id + " " + each.what);
    return names;
  }

  ScratchDirectory scratch_;
  VerifyOptions options_;
  Report report_;
};

TEST_F(VerifyTest, LooksForRecordsByTheirIdsAtTheTarget) {
  options_.load.identity.ids = Ids::kPrefix;
  options_.load.identity.prefix = "rb-";
  load_patients(20, R"({"resourceType":"Flag","id":"f","subject":{"reference":"Patient/p1"}})"
                    "\n");
  EXPECT_TRUE(is_equal(verified()));
  options_.load.identity = {};
  EXPECT_EQ(verified().total.missing, 21U);
}

TEST_F(VerifyTest, FindsALoadToBeWhatItsInputIs) {
  load_patients(300);
  const Verification found = verified();
  EXPECT_TRUE(is_equal(found));
  const Compared& patients = found.types.at("Patient");
  EXPECT_EQ(patients.source, 300U);
  EXPECT_EQ(patients.in_target, 300U);
  EXPECT_EQ(patients.compared, 300U);
  EXPECT_EQ(patients.equal, 300U);
  EXPECT_EQ(found.target, "SQLite");
}

TEST_F(VerifyTest, NamesWhatWasChangedAndWhatIsGone) {
  load_patients(300);
  change("UPDATE resource SET json = replace(json, 'Secret', 'secret') WHERE id = 'p7'");
  change("DELETE FROM resource WHERE id = 'p100'");
  const Verification found = verified();
  EXPECT_FALSE(is_equal(found));
  EXPECT_EQ(found.total.equal, 298U);
  EXPECT_EQ(found.total.lacking, 1U);
  EXPECT_THAT(named(found),
              ElementsAre("different Patient/p7 name[0].family", "missing Patient/p100 "));
  EXPECT_EQ(found.differences[0].line, 8U);
  EXPECT_EQ(to_json(found).find("ecret"), std::string::npos);
}

TEST_F(VerifyTest, TakesOnlyTheWinnersAndHoldsThemAsTheyAreTransformed) {
  options_.load.tenant = "t";
  load_patients(2, R"({"resourceType":"Patient","id":"p0","name":[{"family":"Older"}]}
{"resourceType":"Basic"}
{"resourceType":"ExplanationOfBenefit","id":"e","insurance":[{"coverage":{"reference":"Coverage/c"}}]}
)");
  EXPECT_EQ(verified().total.equal, 4U);
  options_.load.keep_coverage = true;
  EXPECT_THAT(named(verified()), ElementsAre("different ExplanationOfBenefit/e insurance"));
  options_.load.tenant.clear();
  EXPECT_EQ(verified().total.different, 4U);
}

TEST_F(VerifyTest, LeavesTheTargetAndTheLedgerAlone) {
  load_patients(3);
  const auto before = stored(scratch_ / "x.db");
  std::filesystem::remove_all(options_.load.state);
  EXPECT_TRUE(is_equal(verified()));
  EXPECT_EQ(stored(scratch_ / "x.db"), before);
  EXPECT_FALSE(std::filesystem::exists(options_.load.state));
}

TEST_F(VerifyTest, ComparesASampleAndSaysWhatItProves) {
  load_patients(2'000);
  options_.sample = 500;
  const Verification found = verified();
  EXPECT_NEAR(static_cast<double>(found.total.compared), 500, 100);
  EXPECT_EQ(found.sampled_of, 2'000U);
  EXPECT_NEAR(found.share_below, 0.0092, 0.002);
  EXPECT_EQ(verified().total.compared, found.total.compared);
  options_.seed = 1;
  EXPECT_NE(verified().total.compared, found.total.compared);
}

TEST_F(VerifyTest, SeesByTheCountWhatASampleMisses) {
  load_patients(200);
  change("DELETE FROM resource WHERE id = 'p3'");
  options_.sample = 1;
  EXPECT_EQ(verified().total.lacking, 1U);
  EXPECT_FALSE(is_equal(verified()));
}

TEST_F(VerifyTest, TakesMoreThanTheInputHasForNoDifference) {
  load_patients(1);
  change("INSERT INTO resource(type, id, json) VALUES('Patient', 'other', '{}')");
  const Verification found = verified();
  EXPECT_TRUE(is_equal(found));
  EXPECT_EQ(found.total.in_target, 2U);
}

TEST_F(VerifyTest, TellsApartWhatARunHasRejected) {
  load_patients(3);
  {
    const auto ledger =
        ledger::Ledger::open(options_.load.state, ledger::Ledger::Access::kWrite).value();
    ledger::Settlement settlement;
    ledger::DeadLetter& letter = settlement.letters.emplace_back();
    letter.member = "p.ndjson";
    letter.stage = "load";
    letter.type = "Patient";
    letter.resource_id = "p1";
    ASSERT_TRUE(ledger->settle(report_.run, settlement, ledger::Ledger::Survives::kPowerCut));
  }
  change("DELETE FROM resource WHERE id = 'p1'");
  EXPECT_EQ(verified().total.missing, 1U);
  options_.run = report_.run;
  const Verification found = verified();
  EXPECT_TRUE(is_equal(found));
  EXPECT_EQ(found.total.rejected, 1U);
  EXPECT_THAT(named(found), ElementsAre("rejected Patient/p1 "));
  {
    const auto ledger =
        ledger::Ledger::open(options_.load.state, ledger::Ledger::Access::kWrite).value();
    ledger::Settlement settlement;
    settlement.resolved = {1};
    ASSERT_TRUE(ledger->settle(report_.run, settlement, ledger::Ledger::Survives::kPowerCut));
  }
  EXPECT_THAT(named(verified()), ElementsAre("missing Patient/p1 ")) << "a replay has loaded it";
  EXPECT_EQ(verified().total.lacking, 1U);
  options_.run = 99;
  EXPECT_THAT(std::get<Refused>(run()).message, HasSubstr("no run 99"));
}

TEST_F(VerifyTest, WritesAllDifferencesToAFileOfTheOwnersAlone) {
  load_patients(1'500);
  change("DELETE FROM resource");
  options_.differences = scratch_ / "d.ndjson";
  EXPECT_EQ(verified().differences.size(), 1'000U);
  EXPECT_EQ(mode_of(options_.differences), 0600U);
  std::ifstream lines(options_.differences);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count)
    EXPECT_EQ(nlohmann::json::parse(line).at("kind"), "missing");
  EXPECT_EQ(count, 1'500U);
}

TEST_F(VerifyTest, WritesNoDifferencesOverWhatIsThere) {
  load_patients(1);
  for (const std::filesystem::path& there : options_.load.input.sources) {
    options_.differences = there;
    const auto size = std::filesystem::file_size(there);
    EXPECT_THAT(std::get<Refused>(run()).message, HasSubstr("is not overwritten"));
    EXPECT_EQ(std::filesystem::file_size(there), size);
  }
}

TEST_F(VerifyTest, TellsATargetThatIsNotThereFromAWrongWish) {
  write_file(scratch_ / "p.ndjson", "");
  EXPECT_TRUE(std::holds_alternative<Unreachable>(run()));
  options_.load.target = "discard:";
  EXPECT_TRUE(std::holds_alternative<Refused>(run()));
  options_.load.target = "sqlite:x.db";
  options_.load.input.sources = {scratch_ / "nothing"};
  EXPECT_TRUE(std::holds_alternative<Refused>(run()));
}

}  // namespace
}  // namespace fhirehose
