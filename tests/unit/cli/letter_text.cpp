#include "cli/letter_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fhirehose::cli {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

ledger::DeadLetter letter_of(std::string reason) {
  ledger::DeadLetter letter;
  letter.member = "x.ndjson";
  letter.line = 3;
  letter.stage = "load";
  letter.reason = std::move(reason);
  return letter;
}

TEST(LetterText, IsOneLine) {
  EXPECT_EQ(table_line(letter_of("it is bad")), "x.ndjson:3  bytes 0-0  load  -  it is bad");
}

TEST(LetterText, CutsAReasonThatNamesVeryMuch) {
  std::string reason = "it refers to";
  for (int i = 0; i < 500; ++i) reason += " Patient/" + std::to_string(i);
  const std::string line = table_line(letter_of(reason));
  EXPECT_LT(line.size(), 650U);
  EXPECT_THAT(line, EndsWith(" ... (--format ndjson has all of it)"));
  EXPECT_THAT(json_line(letter_of(reason)), HasSubstr("Patient/499"));
}

}  // namespace
}  // namespace fhirehose::cli
