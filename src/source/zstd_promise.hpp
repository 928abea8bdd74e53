#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace fhirehose::source {

/// What one zstd frame says in its header of how much it holds (RFC 8878, 3.1.1.1.4), held against
/// what it gave. libzstd checks that for a frame handed to it whole, but not for one in pieces that
/// ends in an empty block.
class ZstdPromise {
 public:
  /// Whether the frame's header has been read to its end.
  [[nodiscard]] bool is_read() const { return is_read_; }
  /// The header's next byte; only until it is read.
  void read(std::uint8_t byte);
  /// So much more came out of the frame.
  void count(std::size_t given) { given_ += given; }
  /// Of a frame that has ended: whether all of it came that it told of, if it told.
  [[nodiscard]] bool is_kept() const { return !size_ || *size_ == given_; }

 private:
  static constexpr std::size_t kMostHeaderBytes = 18;
  std::array<std::uint8_t, kMostHeaderBytes> header_{};
  std::size_t bytes_ = 0;  ///< of the header, so far
  bool is_read_ = false;
  std::optional<std::uint64_t> size_;
  std::uint64_t given_ = 0;
};

}  // namespace fhirehose::source
