#include "record/bundle_total.hpp"

#include <gtest/gtest.h>

namespace fhirehose::record {
namespace {

std::optional<std::uint64_t> total(std::string body) { return read_bundle_total(body); }

TEST(BundleTotal, IsReadFromASearchset) {
  EXPECT_EQ(total(R"({"resourceType":"Bundle","type":"searchset","total":23883})"), 23'883U);
  EXPECT_EQ(total(R"({"total":0,"resourceType":"Bundle"})"), 0U);
}

TEST(BundleTotal, IsNothingElsewhere) {
  for (const char* body :
       {"", "{}", "[]", R"({"resourceType":"Bundle"})", R"({"resourceType":"Bundle","total":-1})",
        R"({"resourceType":"Bundle","total":"7"})", R"({"resourceType":"List","total":7})"}) {
    EXPECT_EQ(total(body), std::nullopt) << body;
  }
}

}  // namespace
}  // namespace fhirehose::record
