#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace fhirehose::source {

/// The most that all members together may give, in decompressed bytes; each counts once, however
/// often it is read. Thread-safe. Which member is the one too many depends on the order of reading.
class TotalAllowance {
 public:
  TotalAllowance(std::uint64_t most, std::size_t members) : most_(most), counted_(members) {}

  /// How much of the `bytes` that a reader of `member` is about to have given in all it may give:
  /// no less than was granted before.
  std::uint64_t grant(std::size_t member, std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    std::uint64_t& counted = counted_[member];
    if (bytes <= counted) return bytes;
    const std::uint64_t more = std::min(bytes - counted, most_ - used_);
    exceeded_ = exceeded_ || more < bytes - counted;
    used_ += more;
    counted += more;
    return counted;
  }

  [[nodiscard]] std::uint64_t most() const { return most_; }
  /// Whether any reader wanted more.
  [[nodiscard]] bool is_exceeded() const {
    const std::lock_guard lock(mutex_);
    return exceeded_;
  }

 private:
  const std::uint64_t most_;
  mutable std::mutex mutex_;
  bool exceeded_ = false;
  std::uint64_t used_ = 0;  ///< the sum of `counted_`
  std::vector<std::uint64_t> counted_;
};

}  // namespace fhirehose::source
