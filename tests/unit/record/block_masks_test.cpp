#include "record/block_masks.hpp"

#include <array>
#include <bit>
#include <random>

#include <gtest/gtest.h>

namespace fhirehose::record {
namespace {

using Block = std::array<char, kBlock>;

/// What ContainerScan and LineScan ask a set for.
template <class Set>
BlockMasks all_masks(const Block& block) {
  BlockMasks masks = Set::read(block.data());
  masks.opens ^= Set::places_of('a', block.data());
  return masks;
}

template <class Set>
bool is_as_any(const Block& block) {
  const BlockMasks one = all_masks<Set>(block);
  const BlockMasks other = all_masks<AnyProcessor>(block);
  const auto holds = AnyProcessor::places_of('{', block.data()) | other.backslashes;
  return one.quotes == other.quotes && one.backslashes == other.backslashes &&
         one.opens == other.opens && one.closes == other.closes &&
         Set::holds_either('{', '\\', block.data()) == (holds != 0);
}

/// Scans are one code for all sets, so that they are right for each if these are alike.
template <class Set>
void expect_masks_of_any_processor() {
  for (int byte = 0; byte < 256; ++byte) {
    for (std::size_t place = 0; place < kBlock; ++place) {
      Block block{};
      block[place] = static_cast<char>(byte);
      ASSERT_TRUE(is_as_any<Set>(block)) << byte << " at " << place;
    }
  }
  constexpr std::string_view kBytes = "{}[]\"\\ax\x1B\x3B\x5D\x7D\xDB\xFB";
  std::mt19937 random(11);
  for (int round = 0; round < 10'000; ++round) {
    Block block{};
    for (char& byte : block) byte = kBytes[random() % kBytes.size()];
    ASSERT_TRUE(is_as_any<Set>(block)) << round;
  }
}

template <class Set>
void expect_parity_of_counted_bits() {
  std::mt19937_64 random(12);
  for (int round = 0; round < 10'000; ++round) {
    // Few bits and many.
    const std::uint64_t bits = round % 2 == 0 ? random() : random() & random() & random();
    const std::uint64_t parity = Set::parity(bits);
    for (unsigned i = 0; i < 64; ++i) {
      const int set = std::popcount(bits << (63 - i));
      ASSERT_EQ(parity >> i & 1, static_cast<std::uint64_t>(set % 2)) << bits << " up to " << i;
    }
  }
}

TEST(BlockMasks, OfAnyProcessorTellQuotesBackslashesAndBracketsOnly) {
  Block block{};
  for (int byte = 0; byte < 256; ++byte) {
    block.fill(static_cast<char>(byte));
    const BlockMasks masks = AnyProcessor::read(block.data());
    const auto all_if = [](bool holds) { return holds ? ~std::uint64_t{0} : 0; };
    EXPECT_EQ(masks.quotes, all_if(byte == '"')) << byte;
    EXPECT_EQ(masks.backslashes, all_if(byte == '\\')) << byte;
    EXPECT_EQ(masks.opens, all_if(byte == '{' || byte == '[')) << byte;
    EXPECT_EQ(masks.closes, all_if(byte == '}' || byte == ']')) << byte;
    EXPECT_EQ(AnyProcessor::places_of('\n', block.data()), all_if(byte == '\n')) << byte;
    EXPECT_EQ(AnyProcessor::holds_either('\n', '\\', block.data()), byte == '\n' || byte == '\\');
  }
}

TEST(BlockMasks, CountBitsUpToEachOne) { expect_parity_of_counted_bits<AnyProcessor>(); }

#if defined(__x86_64__)

TEST(BlockMasks, AreTheSameBySse2) {
  expect_masks_of_any_processor<Sse2>();
  expect_parity_of_counted_bits<Sse2>();
}

TEST(BlockMasks, AreTheSameByAvx2) {
  if (!Avx2::is_here()) GTEST_SKIP() << "this processor has no AVX2";
  expect_masks_of_any_processor<Avx2>();
  expect_parity_of_counted_bits<Avx2>();
}

#endif

}  // namespace
}  // namespace fhirehose::record
