#include "cli/report_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/exit_status.hpp"
#include "cli/progress_display.hpp"
#include "cli/text_table.hpp"

namespace fhirehose::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

Report report_of(const Counts& counts) {
  Report report;
  report.run = 7;
  report.total = counts;
  report.types["Patient"] = counts;
  return report;
}

TEST(TextTable, AlignsColumns) {
  TextTable table({"", "read"});
  table.add({"Patient", "1,172"});
  table.add({"x", "1"});
  EXPECT_EQ(table.str(), "          read\nPatient  1,172\nx            1\n");
}

TEST(Grouped, PutsACommaEveryThreeDigits) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1'000), "1,000");
  EXPECT_EQ(grouped(1'827'623), "1,827,623");
}

TEST(ExitStatus, IsZeroWhenAllIsAccountedFor) {
  EXPECT_EQ(exit_status(report_of({5, 4, 1, 0})), ExitStatus::kAllLoaded);
}

TEST(ExitStatus, IsOneWhenSomeAreRejectedOrCouldNotBeRead) {
  EXPECT_EQ(exit_status(report_of({5, 4, 0, 1})), ExitStatus::kSomeRejected);
  Report broken = report_of({5, 5, 0, 0});
  broken.problems.push_back({"a.gz", "is truncated"});
  EXPECT_EQ(exit_status(broken), ExitStatus::kSomeRejected);
}

TEST(ExitStatus, IsThreeWhenStoppedEvenIfRecordsAreMissing) {
  Report report = report_of({5, 2, 0, 0});
  report.state = State::kStopped;
  EXPECT_EQ(exit_status(report), ExitStatus::kStopped);
}

TEST(ExitStatus, IsFourWhenRecordsAreMissing) {
  EXPECT_EQ(exit_status(report_of({5, 4, 0, 0})), ExitStatus::kNotConserved);
}

TEST(ReportText, NamesTheServersProfile) {
  Report report = report_of({5, 5, 0, 0});
  EXPECT_THAT(report_text(report, ".fhirehose"), Not(HasSubstr("profile")));
  report.target = "HAPI FHIR Server 8.8.0";
  report.profile = "hapi";
  EXPECT_THAT(report_text(report, ".fhirehose"),
              HasSubstr("into HAPI FHIR Server 8.8.0, profile hapi\n"));
  EXPECT_THAT(to_json(report), HasSubstr(R"("profile":"hapi")"));
}

TEST(ReportText, SaysWhatWasLeftOut) {
  Report report = report_of({5, 5, 0, 0});
  EXPECT_THAT(report_text(report, ".fhirehose"), Not(HasSubstr("search outcomes")));
  report.search_outcomes = 3;
  EXPECT_THAT(report_text(report, ".fhirehose"), HasSubstr("3 search outcomes left out"));
  EXPECT_THAT(to_json(report), HasSubstr(R"("search_outcomes":3)"));
}

TEST(ReportText, SaysWhoseLastUpdatedWasLeftOut) {
  Report report = report_of({5, 5, 0, 0});
  EXPECT_THAT(report_text(report, ".fhirehose"), Not(HasSubstr("lastUpdated")));
  EXPECT_THAT(to_json(report), Not(HasSubstr("last_updated")));
  report.bad_last_updated = 4;
  EXPECT_THAT(report_text(report, ".fhirehose"),
              HasSubstr("4 records have a meta.lastUpdated that is no instant"));
  EXPECT_THAT(to_json(report), HasSubstr(R"("bad_last_updated":4)"));
}

TEST(ReportText, SaysConservedOnlyWhenItIs) {
  EXPECT_THAT(report_text(report_of({5, 4, 1, 0}), ".fhirehose"), HasSubstr("conserved"));
  EXPECT_THAT(report_text(report_of({5, 4, 0, 0}), ".fhirehose"), HasSubstr("NOT CONSERVED"));
}

TEST(ReportText, TellsHowToSeeWhatWasRejected) {
  EXPECT_THAT(report_text(report_of({5, 4, 0, 1}), ".fhirehose"),
              HasSubstr("fhirehose deadletters 7"));
  EXPECT_THAT(report_text(report_of({5, 5, 0, 0}), ".fhirehose"), Not(HasSubstr("deadletters")));
  EXPECT_THAT(report_text(report_of({5, 4, 0, 1}), "a b"),
              HasSubstr("fhirehose deadletters 7 --state 'a b'\n"));
  EXPECT_EQ(state_hint("it's"), R"( --state 'it'\''s')");
}

TEST(ReportJson, IsWhatMachinesReadOn) {
  Report report = report_of({5, 3, 1, 1});
  report.seconds = 2;
  const std::string json = to_json(report);
  EXPECT_THAT(
      json,
      HasSubstr(R"("run":7,"state":"finished","read":5,"loaded":3,"duplicate":1,"rejected":1)"));
  EXPECT_THAT(json,
              HasSubstr(R"("types":{"Patient":{"read":5,"loaded":3,"duplicate":1,"rejected":1}})"));
  EXPECT_THAT(json, HasSubstr(R"("resources_per_second":1.5)"));
}

TEST(ProgressLine, ShowsPartRateAndTimeLeft) {
  Progress progress;
  progress.stage = Progress::Stage::kLoading;
  progress.records_total = 1'000;
  progress.loaded = 240;
  progress.duplicate = 10;
  progress.in_flight_wanted = 4;
  progress.entries_wanted = 120;
  EXPECT_EQ(progress_line(progress, 10),
            "loading   #####---------------   25 %   250 of 1,000   25/s   4 x 120 in flight   "
            "0 rejected   30 s left");
}

TEST(ProgressLine, SaysNothingBeforeThereIsSomethingToSay) {
  Progress progress;
  EXPECT_EQ(progress_line(progress, 0), "");
  progress.stage = Progress::Stage::kLoading;
  EXPECT_EQ(progress_line(progress, 1), "");
}

}  // namespace
}  // namespace fhirehose::cli
