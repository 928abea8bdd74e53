#include "compressed.hpp"
#include "scratch.hpp"
#include "source/guarded_reader.hpp"
#include "zip_builder.hpp"

namespace fhirehose::source::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using LimitsTest = Scratch;

TEST(Allowance, IsTheRatioTimesTheStoredBytesBeyondSixtyFourMebibytes) {
  EXPECT_EQ(allowance_for(10, {}).bytes, 64 * core::kMiB);
  EXPECT_EQ(allowance_for(core::kMiB, {}).bytes, 1'000 * core::kMiB);
  EXPECT_TRUE(allowance_for(core::kMiB, {}).by_ratio);
}

TEST(Allowance, IsNeverMoreThanTheLimitForAMember) {
  EXPECT_EQ(allowance_for(core::kGiB * core::kGiB, {}).bytes, Limits{}.member_bytes);
  EXPECT_FALSE(allowance_for(core::kGiB * core::kGiB, {}).by_ratio);
  EXPECT_EQ(allowance_for(10, {.member_bytes = 5}).bytes, 5U);
}

TEST_F(LimitsTest, AMemberOfExactlyTheLimitIsRead) {
  write("a", gzipped(sample_text(1'000)));
  const auto catalog = open({"a"}, {.member_bytes = 1'000});
  ASSERT_TRUE(catalog);
  for (const std::size_t window : {300U, 1'000U, 5'000U}) {
    const Delivered all = read_member(*catalog, 0, window);
    EXPECT_EQ(all.bytes.size(), 1'000U);
    EXPECT_EQ(all.error, "");
  }
}

TEST_F(LimitsTest, AMemberBeyondTheLimitFailsThere) {
  write("a", gzipped(sample_text(1'001)));
  const auto catalog = open({"a"}, {.member_bytes = 1'000});
  ASSERT_TRUE(catalog);
  for (const std::size_t window : {300U, 1'000U, 5'000U}) {
    const Delivered all = read_member(*catalog, 0, window);
    EXPECT_EQ(all.bytes.size(), 1'000U);
    EXPECT_THAT(all.error, HasSubstr("a, after 1000 bytes: it has more than 1000 B, the limit"));
    EXPECT_THAT(all.error, HasSubstr("the limit for one member"));
  }
}

TEST_F(LimitsTest, ABombIsStoppedByItsRatio) {
  // gzip of gzip is out of reach for deflate's 1:1032, so the ratio is set lower.
  write("bomb", gzipped(std::string(80 * core::kMiB, 'x')));
  const auto catalog = open({"bomb"}, {.ratio = 50});
  ASSERT_TRUE(catalog);
  const Delivered all = read_member(*catalog, 0);
  EXPECT_EQ(all.bytes.size(), 64 * core::kMiB);
  EXPECT_THAT(all.error, HasSubstr("the most that its compressed size allows for"));
}

TEST_F(LimitsTest, AZipMemberThatSaysItIsABombIsNotEvenRead) {
  write("a.zip", build_zip({{.name = "x", .content = "x", .bytes = 3 * core::kGiB}}));
  const auto catalog = open({"a.zip"});
  ASSERT_TRUE(catalog);
  EXPECT_THAT(catalog->members(), IsEmpty());
  ASSERT_THAT(catalog->problems(), SizeIs(1));
  EXPECT_THAT(catalog->problems()[0].what, HasSubstr("bomb"));
}

TEST_F(LimitsTest, TheNumberOfMembersCountsAcrossSources) {
  write("one", "{}");
  write("a.zip", build_zip({{.name = "x", .content = "{}"}, {.name = "y", .content = "{}"}}));
  EXPECT_TRUE(open({"one", "a.zip"}, {.members = 3}));
  const auto zip_last = open({"one", "a.zip"}, {.members = 2});
  ASSERT_FALSE(zip_last);
  EXPECT_EQ(zip_last.error().kind, core::ErrorKind::kUsage);
  EXPECT_THAT(zip_last.error().message,
              HasSubstr("a.zip: has more members than the 1 that the limit"));
  const auto file_last = open({"a.zip", "one"}, {.members = 2});
  ASSERT_FALSE(file_last);
  EXPECT_EQ(file_last.error().message, "one: is one more than the limit of 2 members");
}

TEST_F(LimitsTest, TheSumOfAllMembersThatTellTheirSizeIsCheckedAtOnce) {
  write("one", "{}");
  write("a.zip", build_zip({{.name = "x", .content = "{}"}, {.name = "y", .content = "{ }"}}));
  EXPECT_TRUE(open({"one", "a.zip"}, {.total_bytes = 7}));
  const auto catalog = open({"one", "a.zip"}, {.total_bytes = 6});
  ASSERT_FALSE(catalog);
  EXPECT_EQ(catalog.error().kind, core::ErrorKind::kUsage);
  EXPECT_THAT(catalog.error().message, HasSubstr("sum of all members beyond the limit of 6 B"));
}

TEST_F(LimitsTest, TheSumOfAllMembersIsCheckedWhileReadingToo) {
  write("a", gzipped(sample_text(600)));
  write("b", gzipped(sample_text(600)));
  const auto catalog = open({"a", "b"}, {.total_bytes = 1'000});
  ASSERT_TRUE(catalog);
  // As often as wanted and in whatever pieces: each counts once, and stops at the same byte again.
  EXPECT_TRUE(catalog->check_total());
  for (const std::size_t piece : {1'000, 100, 7}) {
    EXPECT_EQ(read_member(*catalog, 0, piece).error, "");
    const Delivered all = read_member(*catalog, 1, piece);
    EXPECT_EQ(all.bytes.size(), 400U);
    EXPECT_THAT(all.error, HasSubstr("b, after 400 bytes: all members together expand beyond"));
    ASSERT_FALSE(catalog->check_total());
    EXPECT_EQ(catalog->check_total().error().kind, core::ErrorKind::kUsage);
  }
}

TEST_F(LimitsTest, WhatIsLeftOutCountsAsAMemberToo) {
  write("a.zip", build_zip({{.name = "../x", .content = "{}"}, {.name = "y", .content = "{}"}}));
  write("b.zip", build_zip({{.name = "z", .content = "{}"}}));
  EXPECT_TRUE(open({"a.zip", "b.zip"}, {.members = 3}));
  EXPECT_FALSE(open({"a.zip", "b.zip"}, {.members = 2}));
}

TEST_F(LimitsTest, TheNumberOfMembersEndsADirectoryToo) {
  write("in/a", "{}");
  write("in/b/c", "{}");
  const auto catalog = open({"in"}, {.members = 1});
  ASSERT_FALSE(catalog);
  EXPECT_EQ(catalog.error().message, "in/b/c: is one more than the limit of 1 members");
}

}  // namespace
}  // namespace fhirehose::source::testing
