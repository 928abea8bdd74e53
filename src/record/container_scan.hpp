#pragma once

#include <cstddef>
#include <cstdint>

#include "record/block_masks.hpp"

namespace fhirehose::record {

/// Looks for the end of one object or array by strings and nesting alone, over as many windows as
/// it takes. 64 bytes at a time: those that can't hold the end cost no look at single bytes.
class ContainerScan {
 public:
  /// The first call's `at` is at the opening brace or bracket, each later one's where the one
  /// before ended. Returns one past the byte that closes the container, or nullptr when that is not
  /// in [at, end).
  const char* advance(const char* at, const char* end);

  /// Whether the last advance ended between a string's quotes.
  [[nodiscard]] bool in_string() const { return in_string_ != 0; }

 private:
  const char* advance_avx2(const char* at, const char* end);
  template <class Set>
  const char* run(const char* at, const char* end);
  /// Place of the closing byte among the `count` bytes that `masks` tell of, or `count`.
  template <class Set>
  std::size_t look(BlockMasks masks, std::size_t count);
  /// Place of the closing byte among these brackets of a block, or kBlock.
  [[nodiscard]] std::size_t end_among(std::uint64_t opens, std::uint64_t closes) const;
  std::uint64_t escaped_by(std::uint64_t backslashes, std::size_t count);

  std::int64_t depth_ = 0;
  std::uint64_t in_string_ = 0;  ///< all bits or none
  std::uint64_t escaped_ = 0;    ///< 1: the next byte follows an escaping backslash
};

/// One past the end of the object or array that starts at `at`, or nullptr.
inline const char* container_end(const char* at, const char* end) {
  return ContainerScan().advance(at, end);
}

/// One past the quote that closes the string that `at` is in, whose opening quote stands before it,
/// or nullptr.
const char* string_end(const char* at, const char* end);

}  // namespace fhirehose::record
