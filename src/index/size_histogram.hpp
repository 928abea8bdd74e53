#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace fhirehose::index {

/// How large things are, in 15 KiB whatever their number and size: 32 buckets from each power of
/// two to the next. A percentile is its bucket's middle, at most 1.6 % beside the true one; sizes
/// below 64 and the greatest of all are exact. One thread at a time.
class SizeHistogram {
 public:
  void add(std::uint64_t size);

  /// The size that so many per cent, 1 to 100, do not exceed (by nearest rank); 0 if there is none.
  [[nodiscard]] std::uint64_t percentile(std::uint64_t percent) const;
  [[nodiscard]] std::uint64_t max() const { return max_; }

 private:
  static constexpr unsigned kBits = 5;  ///< of a size below its first one that tell its bucket
  static constexpr std::size_t kBuckets = (64 - kBits + 1) << kBits;
  static std::size_t bucket_of(std::uint64_t size);
  static std::uint64_t middle_of(std::size_t bucket);

  std::array<std::uint64_t, kBuckets> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace fhirehose::index
