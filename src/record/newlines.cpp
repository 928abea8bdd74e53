#include "record/newlines.hpp"

#include <algorithm>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace fhirehose::record {
namespace {

std::uint32_t count_singly(std::string_view text) {
  return static_cast<std::uint32_t>(std::ranges::count(text, '\n'));
}

#if defined(__SSE2__)
/// Counts in vectors of bytes, which hold 255 rounds before they would overflow.
std::uint32_t count_rounds(const char* at, std::size_t rounds) {
  const __m128i newline = _mm_set1_epi8('\n');
  __m128i sums = _mm_setzero_si128();
  for (std::size_t i = 0; i < rounds; ++i, at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    sums = _mm_sub_epi8(sums, _mm_cmpeq_epi8(bytes, newline));
  }
  const __m128i halves = _mm_sad_epu8(sums, _mm_setzero_si128());
  return static_cast<std::uint32_t>(_mm_cvtsi128_si64(halves) +
                                    _mm_cvtsi128_si64(_mm_srli_si128(halves, 8)));
}
#endif

}  // namespace

std::uint32_t count_newlines(std::string_view text) {
  std::uint32_t count = 0;
#if defined(__SSE2__)
  while (text.size() >= 16) {
    const std::size_t rounds = std::min<std::size_t>(text.size() / 16, 255);
    count += count_rounds(text.data(), rounds);
    text.remove_prefix(rounds * 16);
  }
#endif
  return count + count_singly(text);
}

}  // namespace fhirehose::record
