#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace fhirehose::record {

inline constexpr std::size_t kBlock = 64;

/// Which of 64 bytes are what JSON's structure is made of: bit i stands for byte i.
struct BlockMasks {
  std::uint64_t quotes = 0;
  std::uint64_t backslashes = 0;
  std::uint64_t opens = 0;   ///< `{` and `[`
  std::uint64_t closes = 0;  ///< `}` and `]`
};

// An instruction set is a type with
//   read(at): the masks of exactly kBlock bytes,
//   places_of(c, at): which of these are `c`,
//   holds_either(c, d, at): whether one of these is `c` or `d`,
//   parity(bits): bit i of it says whether an odd number of bits is set in bits 0 to i.
// `[` | 0x20 is `{` and `]` | 0x20 is `}`; no other byte becomes one of them.

struct AnyProcessor {
  static BlockMasks read(const char* at) {
    BlockMasks masks;
    for (std::size_t i = 0; i < kBlock; ++i) {
      const std::uint64_t bit = std::uint64_t{1} << i;
      if (at[i] == '"') masks.quotes |= bit;
      if (at[i] == '\\') masks.backslashes |= bit;
      if ((at[i] | 0x20) == '{') masks.opens |= bit;
      if ((at[i] | 0x20) == '}') masks.closes |= bit;
    }
    return masks;
  }
  static std::uint64_t places_of(char c, const char* at) {
    std::uint64_t places = 0;
    for (std::size_t i = 0; i < kBlock; ++i) places |= std::uint64_t{at[i] == c} << i;
    return places;
  }
  static bool holds_either(char c, char d, const char* at) {
    return (places_of(c, at) | places_of(d, at)) != 0;
  }
  static std::uint64_t parity(std::uint64_t bits) {
    for (unsigned shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
    return bits;
  }
};

#if defined(__x86_64__)

/// Every x86-64 has it.
struct Sse2 : AnyProcessor {
  static std::uint64_t equal(__m128i bytes, char c) {
    return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(c))));
  }
  static BlockMasks read(const char* at) {
    BlockMasks masks;
    for (unsigned i = 0; i < kBlock; i += sizeof(__m128i)) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + i));
      const __m128i folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
      masks.quotes |= equal(bytes, '"') << i;
      masks.backslashes |= equal(bytes, '\\') << i;
      masks.opens |= equal(folded, '{') << i;
      masks.closes |= equal(folded, '}') << i;
    }
    return masks;
  }
  static std::uint64_t places_of(char c, const char* at) {
    std::uint64_t places = 0;
    for (unsigned i = 0; i < kBlock; i += sizeof(__m128i))
      places |= equal(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at + i)), c) << i;
    return places;
  }
  static bool holds_either(char c, char d, const char* at) {
    __m128i found = _mm_setzero_si128();
    for (unsigned i = 0; i < kBlock; i += sizeof(__m128i)) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + i));
      found = _mm_or_si128(found, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)));
      found = _mm_or_si128(found, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(d)));
    }
    return _mm_movemask_epi8(found) != 0;
  }
};

#define FHIREHOSE_AVX2 __attribute__((target("avx2,pclmul,popcnt,bmi")))

/// Those of 2013 and later.
struct Avx2 {
  FHIREHOSE_AVX2 static std::uint64_t equal(__m256i bytes, char c) {
    return static_cast<std::uint32_t>(
        _mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(c))));
  }
  FHIREHOSE_AVX2 static BlockMasks read(const char* at) {
    BlockMasks masks;
    for (unsigned i = 0; i < kBlock; i += sizeof(__m256i)) {
      const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + i));
      const __m256i folded = _mm256_or_si256(bytes, _mm256_set1_epi8(0x20));
      masks.quotes |= equal(bytes, '"') << i;
      masks.backslashes |= equal(bytes, '\\') << i;
      masks.opens |= equal(folded, '{') << i;
      masks.closes |= equal(folded, '}') << i;
    }
    return masks;
  }
  FHIREHOSE_AVX2 static std::uint64_t places_of(char c, const char* at) {
    std::uint64_t places = 0;
    for (unsigned i = 0; i < kBlock; i += sizeof(__m256i))
      places |= equal(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + i)), c) << i;
    return places;
  }
  FHIREHOSE_AVX2 static bool holds_either(char c, char d, const char* at) {
    __m256i found = _mm256_setzero_si256();
    for (unsigned i = 0; i < kBlock; i += sizeof(__m256i)) {
      const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + i));
      found = _mm256_or_si256(found, _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(c)));
      found = _mm256_or_si256(found, _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(d)));
    }
    return _mm256_movemask_epi8(found) != 0;
  }
  FHIREHOSE_AVX2 static std::uint64_t parity(std::uint64_t bits) {
    const __m128i operand = _mm_set_epi64x(0, static_cast<std::int64_t>(bits));
    const __m128i product = _mm_clmulepi64_si128(operand, _mm_set1_epi8(-1), 0);
    return static_cast<std::uint64_t>(_mm_cvtsi128_si64(product));
  }
  static bool is_here() {
    return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("pclmul") != 0 &&
           __builtin_cpu_supports("popcnt") != 0 && __builtin_cpu_supports("bmi") != 0;
  }
};

#endif

}  // namespace fhirehose::record
