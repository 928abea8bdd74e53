#include <array>

#include <sys/stat.h>

#include "compressed.hpp"
#include "scratch.hpp"
#include "zip_builder.hpp"

namespace fhirehose::source::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class NestedArchive : public Scratch {
 protected:
  static constexpr std::array<std::uint16_t, 3> kMethods = {0, 8, 93};

  static ZipMember member(std::string name, std::string content, std::uint16_t method) {
    return {.name = std::move(name), .content = std::move(content), .method = method};
  }
};

TEST_F(NestedArchive, IsReadOneLevelDeepHoweverItLiesThere) {
  const std::string text = sample_text(300'000);
  const std::string inner = build_zip({{.name = "fhir/a.ndjson", .content = text},
                                       {.name = "b.ndjson", .content = "{b}", .method = 0}});
  for (const std::uint16_t method : kMethods) {
    write("a.zip", build_zip({member("x.json", "{x}", 8), member("inner.zip", inner, method),
                              member("again.dat", inner, method)}));
    const auto catalog = open({"a.zip"});
    ASSERT_TRUE(catalog) << catalog.error().message;
    EXPECT_THAT(
        names_of(*catalog),
        ElementsAre("a.zip!x.json", "a.zip!inner.zip!fhir/a.ndjson", "a.zip!inner.zip!b.ndjson",
                    "a.zip!again.dat!fhir/a.ndjson", "a.zip!again.dat!b.ndjson"));
    EXPECT_THAT(catalog->problems(), IsEmpty());
    EXPECT_EQ(catalog->members()[1].bytes, 300'000U);
    for (const std::size_t i : {1U, 3U}) {
      EXPECT_TRUE(read_member(*catalog, i).bytes == text);
      EXPECT_EQ(read_member(*catalog, i + 1).bytes, "{b}");
      EXPECT_EQ(read_member(*catalog, i).error, "");
    }
  }
}

TEST_F(NestedArchive, TwoLevelsDeepIsAProblemAndItsNeighboursAreRead) {
  const std::string innermost = build_zip({{.name = "x", .content = "{}"}});
  for (const std::uint16_t method : kMethods) {
    const std::string inner =
        build_zip({member("c.zip", innermost, method), member("good", "{}", method)});
    write("a.zip", build_zip({member("b.zip", inner, method)}));
    const auto catalog = open({"a.zip"});
    ASSERT_TRUE(catalog);
    EXPECT_THAT(names_of(*catalog), ElementsAre("a.zip!b.zip!good"));
    ASSERT_THAT(catalog->problems(), SizeIs(1));
    EXPECT_EQ(catalog->problems()[0].where, "a.zip!b.zip!c.zip");
    EXPECT_THAT(catalog->problems()[0].what, HasSubstr("one level is read"));
  }
}

TEST_F(NestedArchive, ThatIsBrokenLosesNoneOfItsNeighbours) {
  std::string inner = build_zip({{.name = "x", .content = sample_text(2'000)}});
  inner.resize(inner.size() - 30);
  for (const std::uint16_t method : kMethods) {
    write("a.zip", build_zip({member("b.zip", inner, method), member("good", "{}", 8)}));
    const auto catalog = open({"a.zip"});
    ASSERT_TRUE(catalog);
    EXPECT_THAT(names_of(*catalog), ElementsAre("a.zip!good"));
    ASSERT_THAT(catalog->problems(), SizeIs(1));
    EXPECT_THAT(catalog->problems()[0].what, HasSubstr("truncated"));
  }
}

TEST_F(NestedArchive, WithAWrongCrcOfItsOwnIsNotReadAtAll) {
  const std::string inner = build_zip({{.name = "x", .content = "{}"}});
  write("a.zip", build_zip({{.name = "b.zip", .content = inner, .crc = 7}}));
  const auto catalog = open({"a.zip"});
  ASSERT_TRUE(catalog);
  EXPECT_THAT(catalog->members(), IsEmpty());
  ASSERT_THAT(catalog->problems(), SizeIs(1));
  EXPECT_THAT(catalog->problems()[0].what, HasSubstr("where its archive says 00000007"));
}

TEST_F(NestedArchive, CanNotReachBehindItself) {
  std::string inner =
      build_zip({{.name = "x", .content = "{}", .method = 0}, {.name = "y", .content = "{}"}});
  // The compressed size of `x` (APPNOTE 4.3.12) leads into the outer archive's next member.
  inner[inner.find("PK\x01\x02") + 21] = '\x10';
  write("a.zip", build_zip({member("b.zip", inner, 0), member("secret", sample_text(9'000), 0)}));
  const auto catalog = open({"a.zip"});
  ASSERT_TRUE(catalog);
  EXPECT_THAT(names_of(*catalog), ElementsAre("a.zip!b.zip!y", "a.zip!secret"));
  ASSERT_THAT(catalog->problems(), SizeIs(1));
  EXPECT_THAT(catalog->problems()[0].what, HasSubstr("more bytes than there are in its archive"));
}

TEST_F(NestedArchive, BeyondTheScratchLimitIsRefused) {
  const std::string inner = build_zip({{.name = "x", .content = "{}"}});
  write("a.zip", build_zip({{.name = "b.zip", .content = inner}}));
  EXPECT_TRUE(open({"a.zip"}, {.spooled_bytes = inner.size()}));
  const auto catalog = open({"a.zip"}, {.spooled_bytes = inner.size() - 1});
  ASSERT_FALSE(catalog);
  EXPECT_EQ(catalog.error().kind, core::ErrorKind::kUsage);
  EXPECT_THAT(catalog.error().message, HasSubstr("scratch"));
}

TEST_F(NestedArchive, NeedsScratchThatCanBeMade) {
  const std::string inner = build_zip({{.name = "x", .content = "{}"}});
  write("a.zip", build_zip({{.name = "b.zip", .content = inner}}));
  setenv("TMPDIR", "/nowhere", 1);
  const auto catalog = open({"a.zip"});
  unsetenv("TMPDIR");
  ASSERT_FALSE(catalog);
  EXPECT_THAT(catalog.error().message, HasSubstr("/nowhere"));
}

TEST_F(NestedArchive, IsSpooledWithoutANameForItsOwnerOnly) {
  const std::string inner = build_zip({{.name = "x", .content = "{}"}});
  write("a.zip", build_zip({{.name = "b.zip", .content = inner}}));
  const auto catalog = open({"a.zip"});
  ASSERT_TRUE(catalog);
  std::set<ino_t> nameless;
  for (const auto& descriptor : std::filesystem::directory_iterator("/proc/self/fd")) {
    struct stat status {};
    if (::stat(descriptor.path().c_str(), &status) != 0) continue;
    if (!S_ISREG(status.st_mode) || status.st_nlink > 0) continue;
    if (static_cast<std::size_t>(status.st_size) != inner.size()) continue;
    nameless.insert(status.st_ino);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
  }
  EXPECT_THAT(nameless, SizeIs(1));
}

TEST_F(NestedArchive, DeflatedUnderTheNameOfJsonFailsAtItsFirstRead) {
  // Stored members deflate well, so that nothing gives the archive away before.
  const std::string inner = build_zip({{.name = "x", .content = sample_text(50'000), .method = 0}});
  const Delivered all = through(build_zip({{.name = "x.json", .content = inner}}));
  EXPECT_EQ(all.bytes, "");
  EXPECT_THAT(all.error, HasSubstr("it holds a zip archive, which is not read under that name"));
}

TEST_F(NestedArchive, OfTarInAnyCompressedFileIsNamedAsSuch) {
  std::string tar(10'240, '\0');
  tar.replace(257, 5, "ustar");
  const std::string why = "it holds a tar archive, which is not read inside a compressed file";
  EXPECT_THAT(through(gzipped(tar)).error, HasSubstr(why));
  EXPECT_THAT(through(zstd_frame(tar)).error, HasSubstr(why));
  EXPECT_THAT(through(build_zip({{.name = "a.tgz", .content = gzipped(tar)}})).error,
              HasSubstr(why));
  EXPECT_THAT(through(gzipped(gzipped("{}"))).error, HasSubstr("it holds a gzip file"));
}

TEST_F(NestedArchive, HasNoSizeWhereItIsCompressedAgain) {
  const std::string text = sample_text(5'000);
  for (const std::uint16_t method : kMethods) {
    write("a.zip", build_zip({member("x.ndjson", gzipped(text), method),
                              member("y.dat", zstd_frame(text), method)}));
    const auto catalog = open({"a.zip"});
    ASSERT_TRUE(catalog);
    for (const std::size_t i : {0U, 1U}) {
      EXPECT_FALSE(catalog->members()[i].bytes) << method;
      EXPECT_EQ(read_member(*catalog, i).bytes, text);
    }
  }
}

}  // namespace
}  // namespace fhirehose::source::testing
