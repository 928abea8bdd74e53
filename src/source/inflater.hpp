#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "source/block_input.hpp"

struct inflate_state;

namespace fhirehose::source {

/// One deflate stream after another (RFC 1951), bare or each in gzip's frame (RFC 1952), inflated
/// by ISA-L straight into the caller's buffer.
class Inflater {
 public:
  enum class Frame { kNone, kGzip };

  Inflater(Frame frame, BlockInput input);
  ~Inflater();

  /// Inflates until `into` is full or the stream ends; `done` counts. kReject: it is broken or cut
  /// off, and all that could be decoded before was given. gzip's CRC-32 and length have been
  /// checked when the stream is finished.
  core::Status inflate(std::span<char> into, std::size_t& done);

  /// The stream has ended, and all of it was delivered.
  [[nodiscard]] bool finished() const;

  /// The first byte behind the finished stream; -1 at the end of the input.
  core::Result<int> byte_behind();

  /// The first byte behind the finished stream that is not 0; -1 if there is none. The zeros before
  /// it are gone.
  core::Result<int> skip_zeros();

  /// Goes on with the stream behind the finished one.
  void restart();

 private:
  /// Makes sure that there is input, unless it has ended or failed.
  void refill();
  /// What the decoder holds of what it has decoded before it failed, then why it did.
  core::Status give_rest(std::span<char> into, std::size_t& done);
  /// One call of isal_inflate with what input there is.
  core::Status step(std::span<char> into, std::size_t& done);

  // isal_inflate keeps the last 32 KiB of output itself, so each call may have another buffer.
  const Frame frame_;
  BlockInput input_;
  const std::unique_ptr<inflate_state> state_;
  bool input_ended_ = false;
  std::optional<core::Error> input_failure_;
  std::optional<core::Error> failure_;
};

}  // namespace fhirehose::source
