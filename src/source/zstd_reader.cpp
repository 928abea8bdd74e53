#include "source/zstd_reader.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include <fmt/format.h>
#include <zstd.h>
#include <zstd_errors.h>

namespace fhirehose::source {
namespace {

/// Of history that a frame may need, each reader its own: 64 MiB, outside of the byte budget.
constexpr int kMostWindowLog = 26;

core::Status failure(std::size_t code) {
  if (ZSTD_getErrorCode(code) == ZSTD_error_frameParameter_windowTooLarge) {
    return core::fail(
        core::ErrorKind::kReject,
        fmt::format("it needs more than {} of memory to decompress (zstd --long or "
                    "--ultra): compress it again with --long={} or less",
                    core::format_byte_size(std::uint64_t{1} << kMostWindowLog), kMostWindowLog));
  }
  if (ZSTD_getErrorCode(code) == ZSTD_error_prefix_unknown) {
    return core::fail(core::ErrorKind::kReject,
                      "something that is not zstd follows its compressed content");
  }
  return core::fail(core::ErrorKind::kReject,
                    fmt::format("its zstd frame is damaged ({})", ZSTD_getErrorName(code)));
}

}  // namespace

void ZstdReader::Free::operator()(ZSTD_DCtx_s* context) const { ZSTD_freeDCtx(context); }

ZstdReader::ZstdReader(BlockInput input) : input_(std::move(input)), context_(ZSTD_createDCtx()) {
  if (context_ == nullptr) throw std::bad_alloc();
  ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kMostWindowLog);
}

core::Status ZstdReader::fill(std::span<char> into, std::size_t& done) {
  while (done < into.size()) {
    refill();
    if (input_ended_ && !in_frame_) return input_end();
    if (core::Status status = step(into, done); !status) return status;
  }
  return {};
}

core::Status ZstdReader::input_end() const {
  if (input_failure_) return tl::unexpected<core::Error>(*input_failure_);
  return {};
}

/// A header goes in byte by byte, so that its promise is known and libzstd never sees a frame
/// whole: those that fit the caller's window it would decode at once, and by stricter rules. Then
/// never more than one block, nor one with the header of the next, nor anything while output waits:
/// of a call that fails libzstd gives nothing.
std::size_t ZstdReader::portion() const {
  constexpr std::size_t kBlockHeader = 3;
  if (held_back_) return 0;
  if (!promise_.is_read()) return std::min<std::size_t>(left_.size(), 1);
  const std::size_t most = wanted_ > kBlockHeader ? wanted_ - kBlockHeader : wanted_;
  return std::min(left_.size(), most);
}

core::Status ZstdReader::step(std::span<char> into, std::size_t& done) {
  const std::size_t before = done;
  ZSTD_inBuffer in{left_.data(), portion(), 0};
  ZSTD_outBuffer out{into.data(), into.size(), done};
  wanted_ = ZSTD_decompressStream(context_.get(), &out, &in);
  promise_.count(out.pos - std::exchange(done, out.pos));
  if (ZSTD_isError(wanted_) != 0) return failure(wanted_);
  if (!promise_.is_read() && in.pos > 0) promise_.read(left_.front());
  left_ = left_.subspan(in.pos);
  held_back_ = done == into.size();
  // 0 exactly when a frame is complete and all of it was given out.
  in_frame_ = wanted_ != 0;
  if (!in_frame_) return end_frame();
  // With room left and nothing left to read, the decoder starves.
  const bool starved = input_ended_ && done < into.size() && done == before;
  if (!starved) return {};
  if (input_failure_) return tl::unexpected<core::Error>(*input_failure_);
  return core::fail(core::ErrorKind::kReject, "its zstd frames end early: it is truncated");
}

core::Status ZstdReader::end_frame() {
  if (!std::exchange(promise_, {}).is_kept()) {
    return core::fail(core::ErrorKind::kReject,
                      "its zstd frame is damaged (it holds less or more than it says)");
  }
  return {};
}

void ZstdReader::refill() {
  if (!left_.empty() || input_ended_) return;
  const auto block = input_.next();
  input_ended_ = !block || block->empty();
  if (block) {
    left_ = *block;
  } else {
    input_failure_ = block.error();
  }
}

}  // namespace fhirehose::source
