#include <chrono>

#include <sys/stat.h>

#include "compressed.hpp"
#include "scratch.hpp"

namespace fhirehose::source::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

class PlainFile : public Scratch {
 protected:
  static void expect_usage(const fs::path& path, std::string_view why) {
    const auto catalog = open({path});
    ASSERT_FALSE(catalog);
    EXPECT_EQ(catalog.error().kind, core::ErrorKind::kUsage);
    EXPECT_THAT(catalog.error().message, HasSubstr(path.string() + ": "));
    EXPECT_THAT(catalog.error().message, HasSubstr(std::string(why)));
  }
};

TEST_F(PlainFile, GivesItsBytesWhateverTheWindow) {
  const std::string text = sample_text(10'000);
  for (const std::size_t window : {1U, 7U, 4096U, 9'999U, 10'000U, 10'001U}) {
    const Delivered all = through(text, window);
    EXPECT_TRUE(all.bytes == text) << window;
    EXPECT_EQ(all.error, "");
  }
}

TEST_F(PlainFile, IsOneMemberWithItsSizeAndSource) {
  write("a.ndjson", "{}\n");
  write("b.ndjson", "{}");
  const auto catalog = open({"b.ndjson", "a.ndjson"});
  ASSERT_TRUE(catalog);
  EXPECT_THAT(names_of(*catalog), ElementsAre("b.ndjson", "a.ndjson"));
  EXPECT_EQ(catalog->members()[1].source, 1U);
  EXPECT_EQ(catalog->members()[1].bytes, 3U);
  EXPECT_EQ(catalog->members()[1].stored_bytes, 3U);
}

TEST_F(PlainFile, MayBeEmpty) {
  write("empty", "");
  const auto catalog = open({"empty"});
  ASSERT_TRUE(catalog);
  ASSERT_EQ(catalog->members().size(), 1U);
  EXPECT_EQ(catalog->members()[0].bytes, 0U);
  EXPECT_EQ(read_member(*catalog, 0).error, "");
}

TEST_F(PlainFile, IsReadAsOftenAsWanted) {
  write("a", "{}");
  const auto catalog = open({"a"});
  ASSERT_TRUE(catalog);
  EXPECT_EQ(read_member(*catalog, 0).bytes, "{}");
  EXPECT_EQ(read_member(*catalog, 0).bytes, "{}");
}

TEST_F(PlainFile, ThatDoesNotExistIsAUsageError) {
  expect_usage("nowhere/x.zip", "no such file or directory");
}

TEST_F(PlainFile, MustNotBeANamedPipe) {
  ASSERT_EQ(mkfifo("pipe", 0600), 0);
  expect_usage("pipe", "a named pipe");
}

TEST_F(PlainFile, MustNotBeADevice) { expect_usage("/dev/null", "a device"); }

TEST_F(PlainFile, OfAFormatThatIsNotReadIsNamedAsSuch) {
  write("a.ndjson", "BZh91AY&SY");
  expect_usage("a.ndjson", "a bzip2 file");
}

TEST_F(PlainFile, HasAFingerprintOfSizeAndTime) {
  write("a", "{}");
  const auto before = open({"a"});
  const auto again = open({"a"});
  fs::last_write_time("a", fs::last_write_time("a") + std::chrono::seconds(1));
  const auto touched = open({"a"});
  ASSERT_TRUE(before && again && touched);
  EXPECT_EQ(before->members()[0].fingerprint, again->members()[0].fingerprint);
  EXPECT_NE(before->members()[0].fingerprint, touched->members()[0].fingerprint);
}

TEST_F(PlainFile, ThatShrinksIsRefused) {
  write("a", sample_text(5'000));
  const auto catalog = open({"a"});
  ASSERT_TRUE(catalog);
  fs::resize_file("a", 1'000);
  const Delivered all = read_member(*catalog, 0, 600);
  EXPECT_EQ(all.bytes, "");
  EXPECT_EQ(all.error, "a, after 0 bytes: it has changed since it was looked at");
}

TEST_F(PlainFile, FailsAgainAtEachReadAfterAnError) {
  write("a", sample_text(100));
  const auto catalog = open({"a"});
  ASSERT_TRUE(catalog);
  fs::resize_file("a", 10);
  const auto reader = catalog->open_member(0);
  ASSERT_TRUE(reader);
  std::string buffer(50, '\0');
  for (int i = 0; i < 3; ++i) EXPECT_FALSE((*reader)->read(buffer));
}

TEST_F(PlainFile, ThatIsOverwrittenWhileItIsReadGivesNothingOfTheNewContent) {
  write("a", sample_text(5'000));
  const auto catalog = open({"a"});
  ASSERT_TRUE(catalog);
  const auto reader = catalog->open_member(0);
  ASSERT_TRUE(reader);
  std::string buffer(1'000, '\0');
  EXPECT_EQ((*reader)->read(buffer), 1'000U);
  std::fstream("a", std::ios::in | std::ios::out | std::ios::binary).seekp(2'000) << "other";
  const auto more = (*reader)->read(buffer);
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().message, "a, after 1000 bytes: it has changed since it was looked at");
}

TEST_F(PlainFile, AmongMoreThanCanStayOpenIsOpenedAgain) {
  std::vector<fs::path> paths;
  for (int i = 0; i < 200; ++i) {
    paths.emplace_back(std::to_string(i));
    write(paths.back(), paths.back().string());
  }
  const auto catalog = open(paths);
  ASSERT_TRUE(catalog);
  for (std::size_t i = 0; i < paths.size(); ++i) {
    EXPECT_EQ(read_member(*catalog, i).bytes, paths[i].string());
  }
}

TEST_F(PlainFile, ThatWasReplacedAfterTheLookIsRefused) {
  std::vector<fs::path> paths;
  for (int i = 0; i < 100; ++i) {
    paths.emplace_back(std::to_string(i));
    write(paths.back(), "{}");
  }
  const auto catalog = open(paths);
  ASSERT_TRUE(catalog);
  write("0", "{\"other\":1}");
  const auto reader = catalog->open_member(0);
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().kind, core::ErrorKind::kReject);
  EXPECT_EQ(reader.error().message, "0: has changed since it was looked at");
}

}  // namespace
}  // namespace fhirehose::source::testing
