#include "compressed.hpp"
#include "scratch.hpp"

namespace fhirehose::source::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

using Zstd = Scratch;

TEST_F(Zstd, GivesTheSameBytesWhateverTheWindow) {
  const std::string text = sample_text(300'000);
  const std::string packed = zstd_frame(text);
  for (const std::size_t window : {100U, 131'072U, 300'000U, 300'001U}) {
    const Delivered all = through(packed, window);
    EXPECT_TRUE(all.bytes == text) << window;
    EXPECT_EQ(all.error, "") << window;
  }
}

TEST_F(Zstd, ReadsFramesInARowAndSkipsSkippableOnes) {
  const Delivered all = through(skippable_frame("ignored") + zstd_frame("one\n") +
                                skippable_frame("") + zstd_frame("") + zstd_frame("two\n"));
  EXPECT_EQ(all.bytes, "one\ntwo\n");
  EXPECT_EQ(all.error, "");
}

TEST_F(Zstd, CutAnywhereInAFrameIsTruncated) {
  const std::string text = sample_text(2'000);
  const std::string packed = zstd_frame(text);
  for (std::size_t kept = 4; kept < packed.size(); ++kept) {
    const Delivered all = through(packed.substr(0, kept));
    EXPECT_THAT(all.error, HasSubstr("truncated")) << kept;
    EXPECT_THAT(text, StartsWith(all.bytes)) << kept;
  }
}

TEST_F(Zstd, DeliversAllThatIsGoodBeforeTrailingGarbage) {
  const Delivered all = through(zstd_frame("good\n") + "garbage");
  EXPECT_EQ(all.bytes, "good\n");
  EXPECT_THAT(all.error, HasSubstr("something that is not zstd follows"));
}

TEST_F(Zstd, WithAWrongChecksumFailsBehindItsContent) {
  const std::string text = sample_text(500'000);
  std::string packed = zstd_frame(text);
  packed.back() ^= 1;
  const Delivered all = through(packed);
  EXPECT_THAT(all.error, HasSubstr("checksum"));
  EXPECT_TRUE(all.bytes == text);
}

TEST_F(Zstd, ThatIsDamagedDeliversTheSameWhateverTheWindow) {
  const std::string packed = zstd_frame(sample_text(400'000));
  for (std::size_t place = 4; place < packed.size(); place += packed.size() / 150) {
    expect_the_same_in_all_windows(with_a_bit_turned(packed, place));
    expect_the_same_in_all_windows(packed.substr(0, place));
  }
}

/// A frame of one segment without a checksum that says to hold `promised` bytes (RFC 8878, 3.1.1).
std::string frame_promising(char promised, const std::string& blocks) {
  return std::string("\x28\xB5\x2F\xFD\x20", 5) + promised + blocks;
}

const std::string kTwoRawBytes("\x10\0\0[]", 5);
const std::string kEmptyLastRawBlock("\x01\0\0", 3);
const std::string kEmptyLastCompressedBlock("\x05\0\0", 3);

TEST_F(Zstd, ThatHoldsLessThanItsHeaderSaysIsDamaged) {
  for (const std::string& last : {kEmptyLastRawBlock, kEmptyLastCompressedBlock}) {
    for (const std::size_t window : {1U, 2U, 3U, 4096U}) {
      const Delivered all = through(frame_promising(3, kTwoRawBytes + last), window);
      EXPECT_EQ(all.bytes, "[]") << window;
      EXPECT_THAT(all.error, HasSubstr("less or more than it says")) << window;
    }
  }
}

/// Its size is the number by which libzstd means an error.
TEST_F(Zstd, ThatPromisesMoreThanAnythingHoldsIsDamaged) {
  const std::string header("\x28\xB5\x2F\xFD\xC0\x58\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 14);
  for (const std::size_t window : {1U, 3U, 4096U}) {
    EXPECT_THAT(through(header + kTwoRawBytes + kEmptyLastRawBlock, window).error,
                HasSubstr("damaged"));
  }
}

// libzstd refuses it where the whole frame fits the window, and takes it where it does not.
TEST_F(Zstd, MayEndInAnEmptyCompressedBlockWhateverTheWindow) {
  const std::string frame = frame_promising(2, kTwoRawBytes + kEmptyLastCompressedBlock);
  for (const std::size_t window : {1U, 2U, 3U, 4096U}) {
    const Delivered all = through(frame + frame, window);
    EXPECT_EQ(all.bytes, "[][]") << window;
    EXPECT_EQ(all.error, "") << window;
  }
}

TEST_F(Zstd, NeedsNoMoreThanSixtyFourMebibytesOfHistory) {
  // A frame's header (RFC 8878, 3.1.1.1), window descriptor included, then one empty last block.
  const auto with_window = [](char exponent) {
    return std::string("\x28\xB5\x2F\xFD", 4) + '\0' + static_cast<char>(exponent << 3) +
           std::string("\x01\0\0", 3);
  };
  EXPECT_EQ(through(with_window(26 - 10)).error, "");
  EXPECT_THAT(through(with_window(27 - 10)).error, HasSubstr("needs more than 64 MiB of memory"));
}

}  // namespace
}  // namespace fhirehose::source::testing
