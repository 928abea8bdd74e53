#include <filesystem>
#include <string>

#include "scratch.hpp"

namespace fhirehose::source::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
namespace fs = std::filesystem;

/// What a file of the shared data must come to.
struct Expected {
  const char* file;
  std::size_t members;
  std::uint64_t bytes;  ///< decompressed, as `unzip -v` and `gzip -dc` have it
};

std::ostream& operator<<(std::ostream& out, const Expected& expected) {
  return out << expected.file;
}

core::Result<Catalog> open_shared(const std::string& file) {
  const std::vector<fs::path> paths = {fs::path(FHIREHOSE_SHARED) / "data" / file};
  return Catalog::open(paths, {});
}

bool is_absent(const std::string& file) {
  return !fs::exists(fs::path(FHIREHOSE_SHARED) / "data" / file);
}

class SharedData : public ::testing::TestWithParam<Expected> {};

TEST_P(SharedData, IsReadToItsLastByte) {
  if (is_absent(GetParam().file)) GTEST_SKIP() << GetParam().file << " is not here";
  const auto catalog = open_shared(GetParam().file);
  ASSERT_TRUE(catalog) << catalog.error().message;
  EXPECT_THAT(catalog->members(), SizeIs(GetParam().members));
  std::uint64_t bytes = 0;
  std::string window(core::kMiB, '\0');
  for (std::size_t i = 0; i < catalog->members().size(); ++i) {
    const auto reader = catalog->open_member(i);
    ASSERT_TRUE(reader);
    auto got = (*reader)->read(window);
    for (; got && *got > 0; got = (*reader)->read(window)) bytes += *got;
    EXPECT_TRUE(got) << got.error().message;
  }
  EXPECT_EQ(bytes, GetParam().bytes);
}

INSTANTIATE_TEST_SUITE_P(All, SharedData,
                         ::testing::Values(Expected{"cms-carin-eob.zip", 5, 1'309'627},
                                           Expected{"synthea-10-ndjson.zip", 24, 42'205'050},
                                           Expected{"synthea-100-ndjson.zip", 24, 347'146'700},
                                           Expected{"synthea-12-bundles.zip", 14, 28'501'484},
                                           Expected{"nasty/bad-utf8.ndjson", 1, 100},
                                           Expected{"nasty/bom.ndjson", 1, 52'242},
                                           Expected{"nasty/concat-members.ndjson.gz", 1, 62'526},
                                           Expected{"nasty/crlf.ndjson", 1, 470'192},
                                           Expected{"nasty/mixed-dirs-junk.zip", 2, 93'448},
                                           Expected{"nasty/nested.zip", 2, 12'195},
                                           Expected{"nasty/stored.zip", 1, 4'779'871},
                                           Expected{"nasty/streamed-data-descriptor.zip", 2,
                                                    4'779'907}));

/// A file of the shared data whose only member breaks.
struct Broken {
  const char* file;
  std::uint64_t good_bytes;
  const char* why;
};

std::ostream& operator<<(std::ostream& out, const Broken& broken) { return out << broken.file; }

class BrokenSharedData : public ::testing::TestWithParam<Broken> {};

TEST_P(BrokenSharedData, DeliversWhatIsGoodAndSaysWhatIsNot) {
  if (is_absent(GetParam().file)) GTEST_SKIP() << GetParam().file << " is not here";
  const auto catalog = open_shared(GetParam().file);
  ASSERT_TRUE(catalog) << catalog.error().message;
  const Delivered all = read_member(*catalog, 0);
  EXPECT_EQ(all.bytes.size(), GetParam().good_bytes);
  EXPECT_THAT(all.error, HasSubstr(GetParam().why));
}

INSTANTIATE_TEST_SUITE_P(All, BrokenSharedData,
                         ::testing::Values(Broken{"nasty/bad-crc.ndjson.gz", 31'712, "CRC-32"},
                                           Broken{"nasty/crc-mismatch.zip", 4'779'871, "CRC-32"},
                                           Broken{"nasty/truncated.ndjson.gz", 3'003'394,
                                                  "truncated"}));

TEST(SharedZip, WithJunkLeavesOutItsReadmeAndTheNameThatClimbs) {
  const std::string file = "nasty/mixed-dirs-junk.zip";
  if (is_absent(file)) GTEST_SKIP() << file << " is not here";
  const auto catalog = open_shared(file);
  ASSERT_TRUE(catalog);
  ASSERT_THAT(catalog->problems(), SizeIs(2));
  EXPECT_THAT(catalog->problems()[0].where, HasSubstr("!a/README.txt"));
  EXPECT_THAT(catalog->problems()[1].where, HasSubstr("!../evil.ndjson"));
}

TEST(SharedZip, WithoutDirectoryIsRefusedAsTruncated) {
  const std::string file = "nasty/truncated-no-central-directory.zip";
  if (is_absent(file)) GTEST_SKIP() << file << " is not here";
  const auto catalog = open_shared(file);
  ASSERT_FALSE(catalog);
  EXPECT_EQ(catalog.error().kind, core::ErrorKind::kUsage);
  EXPECT_THAT(catalog.error().message, HasSubstr("truncated"));
}

}  // namespace
}  // namespace fhirehose::source::testing
