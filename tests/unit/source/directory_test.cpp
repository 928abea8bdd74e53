#include <sys/stat.h>

#include "compressed.hpp"
#include "scratch.hpp"
#include "zip_builder.hpp"

namespace fhirehose::source::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
namespace fs = std::filesystem;

using Directory = Scratch;

TEST_F(Directory, IsReadByNameFolderByFolder) {
  write("in/b.ndjson", "2");
  write("in/a/z.ndjson", "1");
  write("in/c/d/e.ndjson", "3");
  const auto catalog = open({"in"});
  ASSERT_TRUE(catalog);
  EXPECT_THAT(names_of(*catalog), ElementsAre("in/a/z.ndjson", "in/b.ndjson", "in/c/d/e.ndjson"));
  EXPECT_EQ(read_member(*catalog, 2).bytes, "3");
  EXPECT_THAT(catalog->problems(), IsEmpty());
}

TEST_F(Directory, HoldsFilesOfAnyFormatByContent) {
  write("in/1.txt", build_zip({{.name = "x.json", .content = "zip"}}));
  write("in/2.zip", gzipped("gzip"));
  write("in/3.gz", zstd_frame("zstd"));
  write("in/4.zst", "{plain}");
  const auto catalog = open({"in"});
  ASSERT_TRUE(catalog);
  EXPECT_THAT(names_of(*catalog),
              ElementsAre("in/1.txt!x.json", "in/2.zip", "in/3.gz", "in/4.zst"));
  EXPECT_EQ(read_member(*catalog, 0).bytes, "zip");
  EXPECT_EQ(read_member(*catalog, 1).bytes, "gzip");
  EXPECT_EQ(read_member(*catalog, 2).bytes, "zstd");
  EXPECT_EQ(read_member(*catalog, 3).bytes, "{plain}");
}

TEST_F(Directory, GoesOnBehindWhatCanNotBeRead) {
  write("in/a", std::string("PK\x03\x04 and no more", 16));
  write("in/b", "BZh9");
  write("in/d", "{good}");
  ASSERT_EQ(mkfifo("in/c", 0600), 0);
  const auto catalog = open({"in"});
  ASSERT_TRUE(catalog);
  EXPECT_THAT(names_of(*catalog), ElementsAre("in/d"));
  ASSERT_EQ(catalog->problems().size(), 3U);
  EXPECT_EQ(catalog->problems()[0].where, "in/a");
  EXPECT_THAT(catalog->problems()[0].what, HasSubstr("truncated"));
  EXPECT_THAT(catalog->problems()[1].what, HasSubstr("bzip2"));
  EXPECT_THAT(catalog->problems()[2].what, HasSubstr("named pipe"));
}

TEST_F(Directory, LeavesOutWhatMacOsLeavesBehindWithoutAWord) {
  write("in/.DS_Store", "x");
  write("in/__MACOSX/._a", "x");
  write("in/a", "{}");
  const auto catalog = open({"in"});
  ASSERT_TRUE(catalog);
  EXPECT_THAT(names_of(*catalog), ElementsAre("in/a"));
  EXPECT_THAT(catalog->problems(), IsEmpty());
}

TEST_F(Directory, ThatLinksToItselfEnds) {
  write("in/a/x", "{}");
  fs::create_directory_symlink("..", "in/a/up");
  const auto catalog = open({"in"});
  ASSERT_TRUE(catalog);
  EXPECT_THAT(names_of(*catalog), ElementsAre("in/a/x"));
  ASSERT_EQ(catalog->problems().size(), 1U);
  EXPECT_EQ(catalog->problems()[0].where, "in/a/up");
}

TEST_F(Directory, WithABrokenLinkSaysSo) {
  fs::create_directory("in");
  fs::create_symlink("nowhere", "in/link");
  const auto catalog = open({"in"});
  ASSERT_TRUE(catalog);
  ASSERT_EQ(catalog->problems().size(), 1U);
  EXPECT_EQ(catalog->problems()[0].where, "in/link");
}

TEST_F(Directory, IsNotEnteredBeyondTheLimit) {
  write("in/1/2/3/deep", "x");
  write("in/1/2/flat", "{}");
  const auto catalog = open({"in"}, {.directory_depth = 2});
  ASSERT_TRUE(catalog);
  EXPECT_THAT(names_of(*catalog), ElementsAre("in/1/2/flat"));
  ASSERT_EQ(catalog->problems().size(), 1U);
  EXPECT_EQ(catalog->problems()[0].where, "in/1/2/3");
  EXPECT_THAT(catalog->problems()[0].what, HasSubstr("deeper"));
}

TEST_F(Directory, MayBeEmpty) {
  fs::create_directory("in");
  const auto catalog = open({"in"});
  ASSERT_TRUE(catalog);
  EXPECT_THAT(catalog->members(), IsEmpty());
}

}  // namespace
}  // namespace fhirehose::source::testing
