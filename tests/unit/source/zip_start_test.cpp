#include "source/zip_start.hpp"

#include <array>

#include "compressed.hpp"
#include "scratch.hpp"
#include "zip_builder.hpp"

namespace fhirehose::source::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::array kStyles = {ZipStyle::kClassic, ZipStyle::kZip64};

using SelfExtracting = Scratch;

std::optional<std::uint64_t> start_of(const char* path) {
  auto file = open_file(path);
  const std::uint64_t size = (*file)->state().size;
  return find_zip_start({*std::move(file), 0, size});
}

TEST_F(SelfExtracting, ArchiveIsReadBehindItsProgram) {
  const std::string text = sample_text(300'000);
  for (const ZipStyle style : kStyles) {
    for (const std::size_t program : {2U, 300U, 200'000U}) {
      write("setup.exe", "MZ" + std::string(program - 2, '\x90') +
                             build_zip({{.name = "a", .content = text},
                                        {.name = "b", .content = "{b}", .method = 0}},
                                       style));
      EXPECT_EQ(start_of("setup.exe"), program);
      const auto catalog = open({"setup.exe"});
      ASSERT_TRUE(catalog) << catalog.error().message;
      EXPECT_THAT(names_of(*catalog), ElementsAre("setup.exe!a", "setup.exe!b"));
      EXPECT_THAT(catalog->problems(), IsEmpty());
      EXPECT_TRUE(read_member(*catalog, 0).bytes == text);
      EXPECT_EQ(read_member(*catalog, 1).bytes, "{b}");
    }
  }
}

TEST_F(SelfExtracting, ArchiveMayStandBehindAnotherArchive) {
  write("a.zip", build_zip({{.name = "old", .content = "{}"}}) +
                     build_zip({{.name = "new", .content = "{new}"}}));
  const auto catalog = open({"a.zip"});
  ASSERT_TRUE(catalog);
  EXPECT_THAT(names_of(*catalog), ElementsAre("a.zip!new"));
  ASSERT_EQ(catalog->problems().size(), 1U);
  EXPECT_EQ(catalog->problems()[0].where, "a.zip");
  EXPECT_THAT(catalog->problems()[0].what, HasSubstr("are another zip archive, which is not read"));
  EXPECT_EQ(read_member(*catalog, 0).bytes, "{new}");
}

TEST_F(SelfExtracting, TellsOfWhatStandsBehindTheArchive) {
  const std::string whole = build_zip({{.name = "a", .content = "{}"}});
  for (const std::string& behind : {std::string("x"), whole.substr(0, whole.size() - 30)}) {
    write("a.zip", whole + behind);
    const auto catalog = open({"a.zip"});
    ASSERT_TRUE(catalog);
    EXPECT_THAT(names_of(*catalog), ElementsAre("a.zip!a"));
    ASSERT_EQ(catalog->problems().size(), 1U);
    EXPECT_THAT(catalog->problems()[0].what, HasSubstr("follow the end of the zip archive"));
  }
  write("a.zip", whole + std::string(10, '\0') + "\r\n");
  EXPECT_THAT(open({"a.zip"})->problems(), IsEmpty());
}

TEST_F(SelfExtracting, CommentIsNotTakenForTheArchive) {
  const std::string end = "PK\x05\x06" + std::string(18, '\0');
  std::string elsewhere = end;
  elsewhere[12] = elsewhere[16] = 1;  // bytes and place of its directory
  for (const std::string& comment : {end, elsewhere, "x" + end + "xx"}) {
    std::string whole = build_zip({{.name = "a", .content = "{}"}});
    whole[whole.size() - 2] = static_cast<char>(comment.size());
    write("a.zip", whole + comment);
    EXPECT_EQ(start_of("a.zip"), 0U);
    const auto catalog = open({"a.zip"});
    ASSERT_TRUE(catalog);
    EXPECT_THAT(names_of(*catalog), ElementsAre("a.zip!a"));
    EXPECT_THAT(catalog->problems(), IsEmpty());
  }
}

TEST_F(SelfExtracting, ArchiveStartsAtZeroWhereItIsAllThereIs) {
  for (const ZipStyle style : kStyles) {
    write("a.zip", build_zip({{.name = "a", .content = "{}"}}, style));
    EXPECT_EQ(start_of("a.zip"), 0U);
  }
}

TEST_F(SelfExtracting, ArchiveIsNotSeenInWhatIsNone) {
  for (const std::string& text :
       {std::string(), std::string("PK\x05\x06"), std::string(30, 'x'),
        "x" + std::string("PK\x05\x06") + std::string(17, '\xFF'),
        "x" + std::string("PK\x05\x06") + std::string(16, '\x01') + std::string(2, '\0')}) {
    write("a", text);
    EXPECT_EQ(start_of("a"), std::nullopt);
  }
}

TEST_F(SelfExtracting, RecordsAreNotTakenForAProgram) {
  write("a", "{}\n" + build_zip({{.name = "x", .content = "{}"}}));
  const auto catalog = open({"a"});
  ASSERT_TRUE(catalog);
  EXPECT_THAT(names_of(*catalog), ElementsAre("a"));
}

}  // namespace
}  // namespace fhirehose::source::testing
