#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace fhirehose::http {

/// Reads runs of bytes that lie apart as if they were one. The runs outlive it.
class BodyReader {
 public:
  BodyReader() = default;
  explicit BodyReader(std::span<const std::string_view> runs);

  /// Of all runs together.
  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// Copies the next bytes, at most `capacity`, to `out`; returns how many, 0 at the end.
  std::size_t read(char* out, std::size_t capacity);
  /// Goes on from the first byte again, as when a request is sent a second time.
  void rewind();

 private:
  std::span<const std::string_view> runs_;
  std::uint64_t size_ = 0;
  std::size_t run_ = 0;     ///< the next byte is in this one
  std::size_t offset_ = 0;  ///< and so far from its front
};

}  // namespace fhirehose::http
