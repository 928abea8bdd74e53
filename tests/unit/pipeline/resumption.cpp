#include "pipeline/resumption.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/scratch_directory.hpp"

namespace fhirehose::pipeline {
namespace {

using testing::HasSubstr;

class ResumptionTest : public testing::Test {
 protected:
  ledger::RunId begun(const char* source, std::uint64_t plan = 1) {
    ledger::RunStart start;
    start.sources = {source};
    start.plan = plan;
    return ledger_->begin_run(start).value();
  }
  ledger::RunId begun_elsewhere(const char* source, const char* target) {
    ledger::RunStart start;
    start.sources = {source};
    start.target = target;
    start.directory = "/nowhere";
    start.plan = 1;
    return ledger_->begin_run(start).value();
  }
  std::string refusal(std::optional<ledger::RunId> wanted) {
    const auto run = resumable_run(*ledger_, wanted);
    return run ? "" : run.error().message;
  }
  void stop(ledger::RunId run) { ASSERT_TRUE(ledger_->end_run(run, "stopped", {}, "")); }

  tests::ScratchDirectory scratch_;
  std::unique_ptr<ledger::Ledger> ledger_ =
      ledger::Ledger::open(scratch_ / "state", ledger::Ledger::Access::kWrite).value();
};

TEST_F(ResumptionTest, TakesTheNewestThatWasStopped) {
  EXPECT_THAT(refusal({}), HasSubstr("nothing to resume"));
  const auto first = begun("/a");
  const auto second = begun("/b");
  const auto third = begun("/c");
  stop(first);
  stop(second);
  ASSERT_TRUE(ledger_->end_run(third, "finished", {}, ""));
  EXPECT_EQ(resumable_run(*ledger_, {})->id, second);
  EXPECT_EQ(resumable_run(*ledger_, first)->id, first);
  EXPECT_THAT(refusal(third), HasSubstr("is finished"));
  EXPECT_THAT(refusal(9), HasSubstr("there is no run 9"));
}

TEST_F(ResumptionTest, RefusesWhatAnOlderVersionHasBegun) {
  EXPECT_THAT(refusal(begun("/a", 0)), HasSubstr("by an older version"));
}

TEST_F(ResumptionTest, RefusesRelativePathsFromElsewhere) {
  for (const auto run : {begun_elsewhere("a", "discard:"), begun_elsewhere("/a", "sqlite:a.db")}) {
    EXPECT_THAT(refusal(run), HasSubstr("was started in /nowhere"));
  }
  EXPECT_EQ(refusal(begun_elsewhere("/a", "http://h/fhir")), "");
}

TEST(CheckUnchanged, NamesTheMemberThatIsAnother) {
  std::vector<source::Member> now(2);
  now[0].name = "a";
  now[0].stored_bytes = 5;
  now[0].fingerprint = 7;
  now[1].name = "b";
  now[1].stored_bytes = 6;
  now[1].fingerprint = 8;
  std::vector<ledger::SourceMember> then = {{"a", 0, 5, 7, 0, ""}, {"b", 0, 6, 8, 0, ""}};
  EXPECT_TRUE(check_unchanged(now, then));
  EXPECT_TRUE(check_unchanged(now, {}));
  EXPECT_THAT(check_unchanged(now, std::span(then).first(1)).error().message,
              HasSubstr("b was not there"));
  EXPECT_THAT(check_unchanged(std::span(now).first(1), then).error().message,
              HasSubstr("b is not there any more"));
  then[1].fingerprint = 9;
  EXPECT_THAT(check_unchanged(now, then).error().message, HasSubstr("b is not what it was"));
  then[1] = {"b", 0, 7, 8, 0, ""};
  EXPECT_THAT(check_unchanged(now, then).error().message, HasSubstr("b is not what it was"));
}

}  // namespace
}  // namespace fhirehose::pipeline
