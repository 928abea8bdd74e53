#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "source/block_input.hpp"
#include "source/decoder.hpp"
#include "source/zstd_promise.hpp"

struct ZSTD_DCtx_s;

namespace fhirehose::source {

/// zstd frames in a row (RFC 8878), skippable ones skipped, sizes and checksums checked where
/// there are any. What is accepted, and what is given of what is damaged, does not hang on the
/// caller's windows.
class ZstdReader final : public Decoder {
 public:
  explicit ZstdReader(BlockInput input);

 protected:
  core::Status fill(std::span<char> into, std::size_t& done) override;

 private:
  struct Free {
    void operator()(ZSTD_DCtx_s* context) const;
  };
  /// Makes sure that there is input, unless it has ended or failed.
  void refill();
  /// How many bytes of the block at hand go in next.
  [[nodiscard]] std::size_t portion() const;
  /// One call of ZSTD_decompressStream.
  core::Status step(std::span<char> into, std::size_t& done);

  /// Between frames.
  [[nodiscard]] core::Status input_end() const;
  /// That a frame gave what it promised; then the next one may follow.
  core::Status end_frame();

  BlockInput input_;
  const std::unique_ptr<ZSTD_DCtx_s, Free> context_;
  std::span<std::uint8_t> left_;  ///< of the block at hand
  ZstdPromise promise_;           ///< of the frame at hand, or the next
  std::size_t wanted_ = 0;        ///< of input by the decoder next: a header, or a block's content
  bool held_back_ = false;        ///< it may have output for which there was no room
  bool in_frame_ = false;         ///< more of this frame must follow
  bool input_ended_ = false;
  std::optional<core::Error> input_failure_;
};

}  // namespace fhirehose::source
