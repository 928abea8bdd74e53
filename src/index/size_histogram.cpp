#include "index/size_histogram.hpp"

#include <algorithm>
#include <bit>

namespace fhirehose::index {

// A size of more than kBits + 1 bits is shifted until it has so many. Its first bit is then always
// set, so that the bucket numbers of one shift follow those of the shift before without a gap.
std::size_t SizeHistogram::bucket_of(std::uint64_t size) {
  const auto width = static_cast<unsigned>(std::bit_width(size));
  const unsigned shift = width > kBits + 1 ? width - kBits - 1 : 0;
  return (std::size_t{shift} << kBits) + (size >> shift);
}

std::uint64_t SizeHistogram::middle_of(std::size_t bucket) {
  const std::size_t shift = bucket < (std::size_t{2} << kBits) ? 0 : (bucket >> kBits) - 1;
  const std::uint64_t first = (bucket - (shift << kBits)) << shift;
  return first + ((std::uint64_t{1} << shift) - 1) / 2;
}

void SizeHistogram::add(std::uint64_t size) {
  ++buckets_[bucket_of(size)];
  ++count_;
  max_ = std::max(max_, size);
}

std::uint64_t SizeHistogram::percentile(std::uint64_t percent) const {
  if (count_ == 0) return 0;
  // Rounded up, and in two parts: count * percent may not fit.
  const std::uint64_t rank = count_ / 100 * percent + (count_ % 100 * percent + 99) / 100;
  if (rank >= count_) return max_;
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
    seen += buckets_[bucket];
    if (seen >= rank) return std::min(middle_of(bucket), max_);
  }
  return max_;
}

}  // namespace fhirehose::index
