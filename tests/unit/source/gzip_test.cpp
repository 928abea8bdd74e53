#include "compressed.hpp"
#include "scratch.hpp"

namespace fhirehose::source::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

using Gzip = Scratch;

TEST_F(Gzip, GivesTheSameBytesWhateverTheWindow) {
  const std::string text = sample_text(300'000);
  const std::string packed = gzipped(text);
  for (const std::size_t window : {100U, 4'096U, 65'537U, 299'999U, 300'000U, 300'001U}) {
    const Delivered all = through(packed, window);
    EXPECT_TRUE(all.bytes == text) << window;
    EXPECT_EQ(all.error, "") << window;
  }
}

TEST_F(Gzip, IsReadThroughAllItsBlocks) {
  std::string noise;
  for (std::uint32_t i = 0, state = 7; i < 1'500'000; ++i) {
    state = state * 1664525 + 1013904223;
    noise += static_cast<char>(state >> 24);
  }
  const std::string packed = gzipped(noise);
  ASSERT_GT(packed.size(), 1'000'000U);
  const Delivered all = through(packed);
  EXPECT_TRUE(all.bytes == noise);
  EXPECT_EQ(all.error, "");
}

TEST_F(Gzip, ReadsMembersInARow) {
  const Delivered all = through(gzipped("one\n") + gzipped("") + gzipped("two\n"));
  EXPECT_EQ(all.bytes, "one\ntwo\n");
  EXPECT_EQ(all.error, "");
}

TEST_F(Gzip, MayStartItsNextMemberAtAnyByteOfABlock) {
  const std::string second = gzipped("second");
  for (std::size_t behind = 0; behind < 24; ++behind) {
    // Stored noise: the first member ends `behind` bytes before or after the block's end.
    std::string first;
    std::uint32_t state = 3;
    for (std::size_t i = 0; i < 262'144 - 100 + behind * 8; ++i) {
      state = state * 1664525 + 1013904223;
      first += static_cast<char>(state >> 24);
    }
    const Delivered all = through(gzipped(first) + second);
    EXPECT_EQ(all.error, "") << behind;
    EXPECT_TRUE(all.bytes == first + "second") << behind;
  }
}

TEST_F(Gzip, ThatIsDamagedDeliversTheSameWhateverTheWindow) {
  const std::string packed = gzipped(sample_text(400'000));
  for (std::size_t place = 12; place < packed.size(); place += packed.size() / 150) {
    expect_the_same_in_all_windows(with_a_bit_turned(packed, place));
    expect_the_same_in_all_windows(packed.substr(0, place));
  }
}

TEST_F(Gzip, HasNoSizeInTheCatalog) {
  write("a", gzipped("{}"));
  const auto catalog = open({"a"});
  ASSERT_TRUE(catalog);
  EXPECT_FALSE(catalog->members()[0].bytes);
}

TEST_F(Gzip, DeliversAllThatIsGoodBeforeTrailingGarbage) {
  const Delivered all = through(gzipped("good\n") + "garbage");
  EXPECT_EQ(all.bytes, "good\n");
  EXPECT_EQ(all.error,
            "through, after 5 bytes: something that is not gzip follows its compressed content");
}

TEST_F(Gzip, TakesZerosBehindItForPadding) {
  for (const std::size_t zeros : {1U, 512U, 600'000U}) {
    const Delivered all = through(gzipped("good\n") + std::string(zeros, '\0'));
    EXPECT_EQ(all.bytes + all.error, "good\n") << zeros;
  }
  const Delivered all = through(gzipped("good\n") + std::string(600'000, '\0') + gzipped("x"));
  EXPECT_EQ(all.bytes, "good\n");
  EXPECT_THAT(all.error, HasSubstr("something that is not gzip follows"));
}

TEST_F(Gzip, CutAnywhereIsTruncatedAndNeverMoreThanAPrefix) {
  const std::string text = sample_text(2'000);
  const std::string packed = gzipped(text);
  for (std::size_t kept = 2; kept < packed.size(); ++kept) {
    const Delivered all = through(packed.substr(0, kept));
    EXPECT_THAT(all.error, HasSubstr("truncated")) << kept;
    EXPECT_THAT(text, StartsWith(all.bytes)) << kept;
  }
}

TEST_F(Gzip, WithAWrongCrcOrLengthFailsAtItsEnd) {
  const std::string text = sample_text(1'000);
  const std::string packed = gzipped(text);
  for (const std::size_t from_end : {8U, 5U, 4U, 1U}) {
    std::string broken = packed;
    broken[broken.size() - from_end] ^= 1;
    const Delivered all = through(broken);
    EXPECT_EQ(all.bytes, text);
    EXPECT_THAT(all.error, HasSubstr("after 1000 bytes: its content does not have the CRC-32"));
  }
}

TEST_F(Gzip, WithABitTurnedFailsUnlessItIsPadding) {
  const std::string text = sample_text(600);
  const std::string packed = gzipped(text);
  // Flags, time, level and system of the header (bytes 3 to 9) may change without harm.
  for (std::size_t at = 10; at < packed.size(); ++at) {
    std::string broken = packed;
    broken[at] = static_cast<char>(broken[at] ^ (1 << (at % 8)));
    const Delivered all = through(broken);
    EXPECT_TRUE(!all.error.empty() || all.bytes == text) << at;
  }
}

}  // namespace
}  // namespace fhirehose::source::testing
