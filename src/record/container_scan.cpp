#include "record/container_scan.hpp"

#include <array>
#include <bit>
#include <cstring>

namespace fhirehose::record {

/// The same for each instruction set: inlined into its caller, it is compiled for that one's.
template <class Set>
[[gnu::always_inline]] inline const char* ContainerScan::run(const char* at, const char* end) {
  for (; static_cast<std::size_t>(end - at) >= kBlock; at += kBlock) {
    const std::size_t found = look<Set>(Set::read(at), kBlock);
    if (found < kBlock) return at + found + 1;
  }
  const auto rest = static_cast<std::size_t>(end - at);
  if (rest == 0) return nullptr;
  std::array<char, kBlock> tail{};
  std::memcpy(tail.data(), at, rest);
  const std::size_t found = look<Set>(Set::read(tail.data()), rest);
  return found < rest ? at + found + 1 : nullptr;
}

#if defined(__x86_64__)

FHIREHOSE_AVX2 const char* ContainerScan::advance_avx2(const char* at, const char* end) {
  return run<Avx2>(at, end);
}

const char* ContainerScan::advance(const char* at, const char* end) {
  static const bool kAvx2 = Avx2::is_here();
  return kAvx2 ? advance_avx2(at, end) : run<Sse2>(at, end);
}

#else

const char* ContainerScan::advance(const char* at, const char* end) {
  return run<AnyProcessor>(at, end);
}

#endif

template <class Set>
[[gnu::always_inline]] inline std::size_t ContainerScan::look(BlockMasks masks, std::size_t count) {
  if ((masks.backslashes | escaped_) != 0) masks.quotes &= ~escaped_by(masks.backslashes, count);
  // Set from an opening quote up to, not including, its closing one.
  const std::uint64_t inside = Set::parity(masks.quotes) ^ in_string_;
  in_string_ = static_cast<std::uint64_t>(static_cast<std::int64_t>(inside) >> 63);
  const std::uint64_t opens = masks.opens & ~inside;
  const std::uint64_t closes = masks.closes & ~inside;
  if (std::popcount(closes) >= depth_) {
    if (const std::size_t end = end_among(opens, closes); end < kBlock) return end;
  }
  depth_ += std::popcount(opens) - std::popcount(closes);
  return count;
}

std::size_t ContainerScan::end_among(std::uint64_t opens, std::uint64_t closes) const {
  for (std::int64_t closed = 1; closes != 0; closes &= closes - 1, ++closed) {
    const std::uint64_t before = (closes & -closes) - 1;
    if (depth_ + std::popcount(opens & before) <= closed) {
      return static_cast<std::size_t>(std::countr_zero(closes));
    }
  }
  return kBlock;
}

std::uint64_t ContainerScan::escaped_by(std::uint64_t backslashes, std::size_t count) {
  std::uint64_t escaped = escaped_;
  backslashes &= ~escaped_;
  escaped_ = 0;
  while (backslashes != 0) {
    const auto place = static_cast<std::size_t>(std::countr_zero(backslashes));
    backslashes &= backslashes - 1;
    if (place + 1 == count) {
      escaped_ = 1;
      break;
    }
    const std::uint64_t next = std::uint64_t{1} << (place + 1);
    escaped |= next;
    backslashes &= ~next;
  }
  return escaped;
}

const char* string_end(const char* at, const char* end) {
  while (const void* const found = std::memchr(at, '"', static_cast<std::size_t>(end - at))) {
    const auto* const quote = static_cast<const char*>(found);
    const char* backslash = quote;
    while (backslash[-1] == '\\') --backslash;
    if ((quote - backslash) % 2 == 0) return quote + 1;
    at = quote + 1;
  }
  return nullptr;
}

}  // namespace fhirehose::record
