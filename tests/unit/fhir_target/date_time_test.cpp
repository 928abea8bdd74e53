#include "fhir-target/date_time.hpp"

#include <gtest/gtest.h>

namespace fhirehose::target {
namespace {

TEST(DateTime, TakesEveryPrecision) {
  for (const auto* text :
       {"1990", "1990-02", "1990-02-28", "1990-02-28T10:00:00Z", "1990-02-28T10:00:00.123-05:00"})
    EXPECT_TRUE(is_date_time(text)) << text;
}

TEST(DateTime, RefusesWhatIsNoDate) {
  for (const auto* text : {"", "199", "1990-13", "1990-00-01", "1990-01-32", "1990/01/01", "soon",
                           "1990-01-01T10:00:00", "19900101xx"})
    EXPECT_FALSE(is_date_time(text)) << text;
}

TEST(DateTime, IsToldByTheMembersName) {
  for (const auto* key : {"birthDate", "effectiveDateTime", "issued", "lastUpdated", "authoredOn"})
    EXPECT_TRUE(names_a_date(key)) << key;
  for (const auto* key : {"id", "update", "dated", ""}) EXPECT_FALSE(names_a_date(key)) << key;
}

}  // namespace
}  // namespace fhirehose::target
