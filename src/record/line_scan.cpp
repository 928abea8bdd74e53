#include "record/line_scan.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>

#include "record/block_masks.hpp"

namespace fhirehose::record {
namespace {

std::size_t place_in(std::uint64_t bits) {
  return static_cast<std::size_t>(std::countr_zero(bits));
}

/// The same for each instruction set: inlined into its caller, it is compiled for that one's. Gives
/// how many bytes it has looked at.
template <class Set>
[[gnu::always_inline]] inline std::size_t run(std::string_view text, std::size_t enough,
                                              LineScan& lines) {
  std::size_t at = 0;
  for (; at < text.size() && (at < enough || lines.ends.empty()); at += kBlock) {
    if (!Set::holds_either('\n', '\\', text.data() + at)) continue;
    const std::size_t here = std::min(kBlock, text.size() - at);
    const std::uint64_t within = ~std::uint64_t{0} >> (kBlock - here);
    const std::uint64_t backslashes = Set::places_of('\\', text.data() + at) & within;
    if (backslashes != 0) lines.backslash = std::min(lines.backslash, at + place_in(backslashes));
    std::uint64_t newlines = Set::places_of('\n', text.data() + at) & within;
    for (; newlines != 0; newlines &= newlines - 1) lines.ends.push_back(at + place_in(newlines));
  }
  return at;
}

#if defined(__x86_64__)

FHIREHOSE_AVX2 std::size_t run_avx2(std::string_view text, std::size_t enough, LineScan& lines) {
  return run<Avx2>(text, enough, lines);
}

std::size_t run_best(std::string_view text, std::size_t enough, LineScan& lines) {
  static const bool kAvx2 = Avx2::is_here();
  return kAvx2 ? run_avx2(text, enough, lines) : run<Sse2>(text, enough, lines);
}

#else

std::size_t run_best(std::string_view text, std::size_t enough, LineScan& lines) {
  return run<AnyProcessor>(text, enough, lines);
}

#endif

}  // namespace

void scan_lines(std::string_view text, std::size_t enough, LineScan& lines) {
  lines.ends.clear();
  lines.backslash = std::string_view::npos;
  const bool to_the_end = run_best(text, enough, lines) >= text.size();
  lines.size = lines.ends.empty() ? 0 : lines.ends.back() + 1;
  if (to_the_end && lines.size < text.size()) {
    lines.ends.push_back(text.size());
    lines.size = text.size();
  }
  if (lines.backslash >= lines.size) lines.backslash = std::string_view::npos;
}

}  // namespace fhirehose::record
