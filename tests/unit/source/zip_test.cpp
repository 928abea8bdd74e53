#include <array>
#include <thread>

#include "compressed.hpp"
#include "scratch.hpp"
#include "zip_builder.hpp"

namespace fhirehose::source::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::array<std::uint16_t, 3> kMethods = {0, 8, 93};

class Zip : public Scratch {
 protected:
  /// What is wrong with an archive of a member like this and a good one, which must still be read.
  static Problem problem_of(ZipMember member) {
    write("a.zip", build_zip({std::move(member), {.name = "good", .content = "{good}"}}));
    const auto catalog = open({"a.zip"});
    if (!catalog) return {"", catalog.error().message};
    EXPECT_THAT(names_of(*catalog), ElementsAre("a.zip!good"));
    EXPECT_EQ(read_member(*catalog, 0).bytes, "{good}");
    EXPECT_THAT(catalog->problems(), SizeIs(1));
    return catalog->problems().empty() ? Problem{} : catalog->problems()[0];
  }

  static Delivered member_of(ZipMember member) { return through(build_zip({std::move(member)})); }
};

TEST_F(Zip, GivesStoredAndDeflatedMembersInDirectoryOrder) {
  const std::string text = sample_text(400'000);
  write("a.zip", build_zip({{.name = "z.json", .content = text},
                            {.name = "fhir/a.json", .content = "stored", .method = 0}}));
  const auto catalog = open({"a.zip"});
  ASSERT_TRUE(catalog);
  EXPECT_THAT(names_of(*catalog), ElementsAre("a.zip!z.json", "a.zip!fhir/a.json"));
  EXPECT_EQ(catalog->members()[0].bytes, 400'000U);
  EXPECT_LT(catalog->members()[0].stored_bytes, 200'000U);
  EXPECT_EQ(catalog->members()[0].fingerprint, crc_of(text));
  EXPECT_TRUE(read_member(*catalog, 0).bytes == text);
  EXPECT_EQ(read_member(*catalog, 1).bytes, "stored");
}

TEST_F(Zip, GivesTheSameBytesWhateverTheWindow) {
  const std::string text = sample_text(300'000);
  for (const std::uint16_t method : kMethods) {
    const std::string archive = build_zip({{.name = "x", .content = text, .method = method}});
    for (const std::size_t window : {100U, 65'536U, 299'999U, 300'000U, 300'001U}) {
      const Delivered all = through(archive, window);
      EXPECT_TRUE(all.bytes == text) << window;
      EXPECT_EQ(all.error, "") << window;
    }
  }
}

TEST_F(Zip, TellsOfBytesBehindTheCompressedOnes) {
  for (const std::uint16_t method : {std::uint16_t{8}, std::uint16_t{93}}) {
    const Delivered all =
        member_of({.name = "x", .content = "{}", .method = method, .behind = "rest"});
    EXPECT_EQ(all.bytes, "{}");
    EXPECT_THAT(all.error, HasSubstr("follows"));
  }
}

TEST_F(Zip, MayBeZip64) {
  write("a.zip",
        build_zip({{.name = "a", .content = "{first}"}, {.name = "b", .content = "{second}"}},
                  ZipStyle::kZip64));
  const auto catalog = open({"a.zip"});
  ASSERT_TRUE(catalog) << catalog.error().message;
  EXPECT_EQ(read_member(*catalog, 0).bytes, "{first}");
  EXPECT_EQ(read_member(*catalog, 1).bytes, "{second}");
}

TEST_F(Zip, MayHoldNothing) {
  write("a.zip", build_zip({}));
  const auto catalog = open({"a.zip"});
  ASSERT_TRUE(catalog) << catalog.error().message;
  EXPECT_THAT(catalog->members(), IsEmpty());
}

TEST_F(Zip, KeepsEmptyMembersAndLeavesOutFoldersAndFinderFilesWithoutAWord) {
  write("a.zip", build_zip({{.name = "fhir/", .method = 0},
                            {.name = "fhir/stored", .method = 0},
                            {.name = "fhir/deflated", .method = 8},
                            {.name = "__MACOSX/fhir/._x", .content = "x"},
                            {.name = "fhir/.DS_Store", .content = "x"}}));
  const auto catalog = open({"a.zip"});
  ASSERT_TRUE(catalog);
  EXPECT_THAT(names_of(*catalog), ElementsAre("a.zip!fhir/stored", "a.zip!fhir/deflated"));
  EXPECT_THAT(catalog->problems(), IsEmpty());
  for (const std::size_t i : {0U, 1U}) {
    const Delivered all = read_member(*catalog, i);
    EXPECT_EQ(all.bytes + all.error, "");
  }
}

TEST_F(Zip, WithANameThatIsFalselyCalledUtf8IsReadAllTheSame) {
  constexpr std::uint16_t kUtf8 = 0x800;
  write("a.zip", build_zip({{.name = "J\xC3\xBC.json", .content = "{1}", .flags = kUtf8},
                            {.name = "J\xFC.json", .content = "{2}", .flags = kUtf8},
                            {.name = "plain.json", .content = "{3}", .flags = kUtf8}}));
  const auto catalog = open({"a.zip"});
  ASSERT_TRUE(catalog) << catalog.error().message;
  // Of the second, byte FC is what code page 437 has there (APPNOTE D).
  EXPECT_THAT(names_of(*catalog),
              ElementsAre("a.zip!J\xC3\xBC.json", "a.zip!J\xE2\x81\xBF.json", "a.zip!plain.json"));
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(read_member(*catalog, i).bytes, "{" + std::to_string(i + 1) + "}");
  }
}

TEST_F(Zip, SaysThatAFolderHasContent) {
  write("a.zip", build_zip({{.name = "dir/", .content = "{}"}, {.name = "x", .content = "{}"}}));
  const auto catalog = open({"a.zip"});
  ASSERT_TRUE(catalog);
  EXPECT_THAT(names_of(*catalog), ElementsAre("a.zip!x"));
  ASSERT_EQ(catalog->problems().size(), 1U);
  EXPECT_EQ(catalog->problems()[0].where, "a.zip!dir/");
  EXPECT_EQ(catalog->problems()[0].what, "has the name of a folder, and content");
}

TEST_F(Zip, DecodesGzipAndZstdInside) {
  const std::string text = sample_text(100'000);
  for (const std::uint16_t method : kMethods) {
    for (const std::size_t window : {10U, 263U, 264U, 50'000U, 1'000'000U}) {
      write("a.zip", build_zip({{.name = "g", .content = gzipped(text), .method = method},
                                {.name = "z", .content = zstd_frame(text), .method = method}}));
      const auto catalog = open({"a.zip"});
      ASSERT_TRUE(catalog);
      for (const std::size_t i : {0U, 1U}) {
        const Delivered all = read_member(*catalog, i, window);
        EXPECT_TRUE(all.bytes == text) << window;
        EXPECT_EQ(all.error, "");
      }
    }
  }
}

TEST_F(Zip, ChecksTheCrcOfACompressedFileInsideToo) {
  const std::string packed = gzipped("good\n");
  const Delivered all = member_of({.name = "x", .content = packed, .method = 0, .crc = 1});
  EXPECT_EQ(all.bytes, "good\n");
  EXPECT_THAT(all.error, HasSubstr("where its archive says 00000001"));
}

TEST_F(Zip, RefusesAnEncryptedMemberAndGoesOn) {
  const Problem problem = problem_of({.name = "secret", .content = "x", .flags = 1});
  EXPECT_EQ(problem.where, "a.zip!secret");
  EXPECT_THAT(problem.what, HasSubstr("encrypted"));
}

TEST_F(Zip, RefusesUnknownMethodsByNameAndGoesOn) {
  EXPECT_THAT(problem_of({.name = "x", .content = "x", .method = 12}).what, HasSubstr("bzip2"));
  EXPECT_THAT(problem_of({.name = "x", .content = "x", .method = 14}).what, HasSubstr("lzma"));
  EXPECT_THAT(problem_of({.name = "x", .content = "x", .method = 77}).what, HasSubstr("77"));
}

TEST_F(Zip, RefusesNamesThatLeadOutOfIt) {
  for (const char* const name : {"../x", "a/../../x", "..", "a\\..\\x"}) {
    EXPECT_THAT(problem_of({.name = name, .content = "x"}).what, HasSubstr("leads out")) << name;
  }
  for (const char* const name : {"/etc/x", "C:\\x", "\\x"}) {
    EXPECT_THAT(problem_of({.name = name, .content = "x"}).what, HasSubstr("absolute")) << name;
  }
}

TEST_F(Zip, RefusesSymbolicLinks) {
  const Problem problem =
      problem_of({.name = "x", .content = "/etc/passwd", .method = 0, .unix_mode = 0120777});
  EXPECT_THAT(problem.what, HasSubstr("symbolic link"));
}

TEST_F(Zip, KeepsMembersOfOneNameAndTellsThemApart) {
  write("a.zip", build_zip({{.name = "x", .content = "{1}"},
                            {.name = "x (2)", .content = "{2}"},
                            {.name = "x", .content = "{3}"},
                            {.name = "x", .content = "{4}"}}));
  const auto catalog = open({"a.zip"});
  ASSERT_TRUE(catalog) << catalog.error().message;
  EXPECT_THAT(names_of(*catalog),
              ElementsAre("a.zip!x", "a.zip!x (2)", "a.zip!x (3)", "a.zip!x (4)"));
  EXPECT_THAT(catalog->problems(), IsEmpty());
  EXPECT_EQ(read_member(*catalog, 2).bytes, "{3}");
}

TEST_F(Zip, RefusesMembersThatShareBytes) {
  write("a.zip",
        build_zip({{.name = "a", .content = "{one}"}, {.name = "b", .content = {}, .shares = 0}}));
  const auto catalog = open({"a.zip"});
  ASSERT_TRUE(catalog);
  EXPECT_THAT(names_of(*catalog), ElementsAre("a.zip!a"));
  ASSERT_THAT(catalog->problems(), SizeIs(1));
  EXPECT_THAT(catalog->problems()[0].what, HasSubstr("shares its bytes"));
}

TEST_F(Zip, FailsTheMemberWithAWrongCrcAtItsEnd) {
  const std::string text = sample_text(5'000);
  for (const std::uint16_t method : kMethods) {
    const Delivered all = member_of({.name = "x", .content = text, .method = method, .crc = 7});
    EXPECT_EQ(all.bytes, text);
    EXPECT_THAT(all.error, HasSubstr("through!x, after 5000 bytes: the CRC-32 of its content is"));
  }
}

TEST_F(Zip, FailsTheMemberThatIsShorterThanItsDirectorySays) {
  const Delivered all = member_of({.name = "x", .content = "{2345", .bytes = 9});
  EXPECT_EQ(all.bytes, "{2345");
  EXPECT_THAT(all.error, HasSubstr("it has 5 bytes where its archive's directory says 9"));
}

TEST_F(Zip, NeverGivesMoreThanItsDirectorySays) {
  const Delivered all = member_of({.name = "x", .content = "{2345", .bytes = 3});
  EXPECT_EQ(all.bytes, "{23");
  EXPECT_THAT(all.error, HasSubstr("it has more than the 3 bytes"));
}

TEST_F(Zip, WithoutItsDirectoryIsSaidToBeTruncated) {
  const std::string archive = build_zip({{.name = "x", .content = sample_text(5'000)}});
  write("a.zip", archive.substr(0, 300));
  const auto catalog = open({"a.zip"});
  ASSERT_FALSE(catalog);
  EXPECT_EQ(catalog.error().kind, core::ErrorKind::kUsage);
  EXPECT_THAT(catalog.error().message, HasSubstr("a.zip: is a zip archive without its directory"));
  EXPECT_THAT(catalog.error().message, HasSubstr("truncated"));
}

TEST_F(Zip, WithABrokenLocalHeaderLosesThatMemberOnly) {
  std::string archive =
      build_zip({{.name = "b", .content = "{first}"}, {.name = "a", .content = sample_text(500)}});
  // The length of its name (APPNOTE 4.3.7) leads behind the archive's end.
  archive[archive.find("PK\x03\x04", 4) + 27] = '\xFF';
  write("a.zip", archive);
  const auto catalog = open({"a.zip"});
  ASSERT_TRUE(catalog);
  EXPECT_THAT(names_of(*catalog), ElementsAre("a.zip!b"));
  ASSERT_THAT(catalog->problems(), SizeIs(1));
  EXPECT_EQ(catalog->problems()[0].where, "a.zip!a");
  EXPECT_THAT(catalog->problems()[0].what, HasSubstr("header"));
}

TEST_F(Zip, WithAnyByteTurnedNeverCrashesOrHangs) {
  const std::string archive = build_zip(
      {{.name = "a", .content = sample_text(400)}, {.name = "b", .content = "b", .method = 0}});
  for (std::size_t at = 0; at < archive.size(); ++at) {
    std::string broken = archive;
    broken[at] = static_cast<char>(broken[at] ^ (1 << (at % 8)));
    write("a.zip", broken);
    const auto catalog = open({"a.zip"});
    if (!catalog) continue;
    for (std::size_t i = 0; i < catalog->members().size(); ++i) {
      const Delivered all = read_member(*catalog, i);
      EXPECT_LE(all.bytes.size(), 64 * core::kMiB) << at;
    }
  }
}

TEST_F(Zip, ShowsNamesWithoutControlCharacters) {
  write("a.zip", build_zip({{.name = "x\x1B[2J.json", .content = "x"}}));
  const auto catalog = open({"a.zip"});
  ASSERT_TRUE(catalog);
  EXPECT_THAT(names_of(*catalog)[0], ::testing::Not(HasSubstr("\x1B")));
}

TEST_F(Zip, IsReadByManyThreadsAtOnce) {
  std::vector<ZipMember> members;
  for (std::size_t i = 0; i < 64; ++i) {
    members.push_back({.name = std::to_string(i), .content = sample_text(20'000 + i * 997)});
  }
  write("a.zip", build_zip(members));
  const auto catalog = open({"a.zip"});
  ASSERT_TRUE(catalog);
  std::vector<int> good(4);
  std::vector<std::thread> threads;
  for (int& count : good) {
    threads.emplace_back([&] {
      for (std::size_t i = 0; i < members.size(); ++i) {
        count += read_member(*catalog, i, 5'000).bytes == members[i].content ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(good, ElementsAre(64, 64, 64, 64));
}

}  // namespace
}  // namespace fhirehose::source::testing
