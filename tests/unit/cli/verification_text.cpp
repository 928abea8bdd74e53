#include "cli/verification_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fhirehose::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

Verification one_patient() {
  Verification found;
  found.total = {.source = 1'200, .in_target = 1'300, .compared = 1'200, .equal = 1'200};
  found.types["Patient"] = found.total;
  found.seconds = 2;
  return found;
}

TEST(VerificationText, HasARowForEachTypeAndTheVerdict) {
  EXPECT_EQ(verification_text(one_patient()),
            "         source  in target  compared  equal  different  missing\n"
            "Patient   1,200      1,300     1,200  1,200          0        0\n"
            "total     1,200      1,300     1,200  1,200          0        0  equal\n"
            "2.0 s, 600 resources/s compared, 0 B at most\n");
}

TEST(VerificationText, SaysThatNotAllOfTheInputCouldBeRead) {
  Verification found = one_patient();
  found.problems.push_back({"x.zip", "it is truncated"});
  EXPECT_THAT(verification_text(found), HasSubstr("  equal as far as the input can be read\n"));
}

TEST(VerificationText, ListsTheFirstDifferencesAndCountsTheRest) {
  Verification found = one_patient();
  found.total.different = 25;
  for (int i = 0; i < 25; ++i)
    found.differences.push_back({"different", "Patient", "p", "name[0]", "x.ndjson", 7});
  const std::string text = verification_text(found);
  EXPECT_THAT(text, HasSubstr("different  Patient/p: name[0]   x.ndjson:7\n"));
  EXPECT_THAT(text, HasSubstr("and 5 more"));
  EXPECT_THAT(text, HasSubstr("NOT EQUAL"));
}

TEST(VerificationText, ShowsTheRareColumnsOnlyWhereSomethingStandsInThem) {
  Verification found = one_patient();
  EXPECT_THAT(verification_text(found), Not(HasSubstr("rejected")));
  found.total.rejected = 1;
  found.total.unreadable = 1;
  EXPECT_THAT(verification_text(found), HasSubstr("missing  unreadable  rejected\n"));
}

TEST(VerificationText, SaysWhatASampleProvesAndWhatTheTargetsCountLacks) {
  Verification found = one_patient();
  found.sampled_of = 5'000;
  found.share_below = 0.0046;
  EXPECT_THAT(verification_text(found),
              HasSubstr("sample     1,200 of 5,000, seed 0: with 99 % confidence fewer than 0.46 % "
                        "differ\n"));
  found.types["Patient"].lacking = 3;
  EXPECT_THAT(verification_text(found),
              HasSubstr("lacking    3 Patient by the target's own count"));
}

TEST(VerificationText, SaysWhatTheTargetDoesNotCount) {
  Verification found = one_patient();
  found.types["Patient"].in_target.reset();
  EXPECT_THAT(verification_text(found), HasSubstr("1,200          ?"));
}

}  // namespace
}  // namespace fhirehose::cli
