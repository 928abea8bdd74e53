#include "transform/coverage_marks.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace fhirehose::transform {
namespace {

constexpr std::string_view kWord = "overage";  // both Coverage and coverage
constexpr std::string_view kEscape = "\\u";

bool is_mark(std::string_view text, std::size_t at) {
  return text.substr(at).starts_with(kWord) || text.substr(at).starts_with(kEscape);
}

#ifdef __SSE2__
/// Looks at sixteen places at once for `v` and `g` where the word has them, which are rarer than
/// its vowels, and for the escape. Reads up to 20 bytes behind the text.
std::size_t find_mark(std::string_view text, std::size_t from) {
  const auto equal = [&](std::size_t at, char wanted) {
    const auto* const bytes = reinterpret_cast<const __m128i*>(text.data() + at);
    return _mm_cmpeq_epi8(_mm_loadu_si128(bytes), _mm_set1_epi8(wanted));
  };
  for (; from < text.size(); from += 16) {
    const __m128i words = _mm_and_si128(equal(from + 1, 'v'), equal(from + 5, 'g'));
    const __m128i escapes = _mm_and_si128(equal(from, '\\'), equal(from + 1, 'u'));
    auto hits = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_or_si128(words, escapes)));
    for (; hits != 0; hits &= hits - 1) {
      const std::size_t at = from + static_cast<std::size_t>(std::countr_zero(hits));
      if (at < text.size() && is_mark(text, at)) return at;
    }
  }
  return CoverageMarks::kNowhere;
}
#else
std::size_t find_mark(std::string_view text, std::size_t from) {
  return std::min(text.find(kWord, from), text.find(kEscape, from));
}
#endif

}  // namespace

CoverageMarks::CoverageMarks(std::string_view text) : text_(text), word_(find_mark(text, 0)) {}

std::size_t CoverageMarks::next(std::size_t from) {
  if (word_ < from) word_ = find_mark(text_, from);
  while (passed_ < added_.size() && added_[passed_] < from) ++passed_;
  return passed_ < added_.size() ? std::min(word_, added_[passed_]) : word_;
}

}  // namespace fhirehose::transform
