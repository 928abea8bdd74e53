#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
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

#if defined(__SSE2__)

namespace sse2 {

inline std::uint64_t equal(__m128i bytes, char c) {
  return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(c))));
}

inline void add(BlockMasks& masks, const char* at, unsigned shift) {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  // `[` | 0x20 is `{` and `]` | 0x20 is `}`; no other byte becomes one of them.
  const __m128i folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
  masks.quotes |= equal(bytes, '"') << shift;
  masks.backslashes |= equal(bytes, '\\') << shift;
  masks.opens |= equal(folded, '{') << shift;
  masks.closes |= equal(folded, '}') << shift;
}

}  // namespace sse2

/// Reads exactly kBlock bytes.
inline BlockMasks read_block(const char* at) {
  BlockMasks masks;
  for (unsigned i = 0; i < kBlock; i += 16) sse2::add(masks, at + i, i);
  return masks;
}

#else

/// Reads exactly kBlock bytes.
inline BlockMasks read_block(const char* at) {
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

#endif

}  // namespace fhirehose::record
