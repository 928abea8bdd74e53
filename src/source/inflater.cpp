#include "source/inflater.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <isa-l/igzip_lib.h>

namespace fhirehose::source {
namespace {

std::string_view meaning_of(int code) {
  switch (code) {
    case ISAL_INVALID_BLOCK:
    case ISAL_INVALID_SYMBOL:
    case ISAL_INVALID_LOOKBACK:
      return "its compressed bytes are damaged";
    case ISAL_INVALID_WRAPPER:
      return "a gzip header in it is damaged";
    case ISAL_UNSUPPORTED_METHOD:
      return "its gzip header names an unknown compression method";
    case ISAL_INCORRECT_CHECKSUM:
      return "its content does not have the CRC-32 and length that its gzip trailer says";
    default:
      return "its compressed bytes can't be read";
  }
}

}  // namespace

Inflater::Inflater(Frame frame, BlockInput input)
    : frame_(frame),
      input_(std::move(input)),
      // Not cleared as a whole: isal_inflate_init sets what matters to a sound stream.
      state_(std::make_unique_for_overwrite<inflate_state>()) {
  isal_inflate_init(state_.get());
  // ISA-L takes a distance code that a damaged block does not define for the distance 0, and gives
  // out what was there before: other content, and another each time that the member is read.
  std::memset(state_->tmp_out_buffer, 0, sizeof state_->tmp_out_buffer);
  restart();
}

Inflater::~Inflater() = default;

void Inflater::restart() {
  // Leaves next_in and avail_in alone: the next stream starts in the middle of the block at hand.
  isal_inflate_reset(state_.get());
  state_->crc_flag = frame_ == Frame::kGzip ? ISAL_GZIP : ISAL_DEFLATE;
}

bool Inflater::finished() const { return state_->block_state == ISAL_BLOCK_FINISH; }

core::Status Inflater::inflate(std::span<char> into, std::size_t& done) {
  while (done < into.size() && !finished()) {
    refill();
    if (core::Status status = step(into, done); !status) return status;
  }
  return {};
}

core::Status Inflater::step(std::span<char> into, std::size_t& done) {
  if (failure_) return give_rest(into, done);
  // avail_out has 32 bits.
  const auto room = static_cast<std::uint32_t>(
      std::min<std::size_t>(into.size() - done, std::numeric_limits<std::int32_t>::max()));
  state_->next_out = reinterpret_cast<std::uint8_t*>(into.data() + done);
  state_->avail_out = room;
  const int code = isal_inflate(state_.get());
  done += room - state_->avail_out;
  if (code < 0 || code == ISAL_NEED_DICT) {
    failure_ = core::Error{core::ErrorKind::kReject, std::string(meaning_of(code))};
    return give_rest(into, done);
  }
  // With room left and nothing left to read, the decoder starves.
  if (input_ended_ && state_->avail_out > 0 && !finished()) {
    if (input_failure_) return tl::unexpected<core::Error>(*input_failure_);
    return core::fail(core::ErrorKind::kReject, "its compressed bytes end early: it is truncated");
  }
  return {};
}

// ISA-L decodes ahead of what it has room for, and forgets about that where it fails.
core::Status Inflater::give_rest(std::span<char> into, std::size_t& done) {
  const std::span<const std::uint8_t> held =
      std::span<const std::uint8_t>(state_->tmp_out_buffer)
          .first(static_cast<std::size_t>(state_->tmp_out_valid))
          .subspan(static_cast<std::size_t>(state_->tmp_out_processed));
  const std::size_t count = std::min(held.size(), into.size() - done);
  std::memcpy(into.data() + done, held.data(), count);
  done += count;
  state_->tmp_out_processed += static_cast<std::int32_t>(count);
  if (count < held.size()) return {};
  return tl::unexpected<core::Error>(*failure_);
}

void Inflater::refill() {
  if (state_->avail_in > 0 || input_ended_) return;
  const auto block = input_.next();
  input_ended_ = !block || block->empty();
  if (!block) {
    input_failure_ = block.error();
    return;
  }
  state_->next_in = block->data();
  state_->avail_in = static_cast<std::uint32_t>(block->size());
}

core::Result<int> Inflater::byte_behind() {
  // Of a bare stream ISA-L leaves whole bytes in its buffer of bits; behind a gzip trailer, none.
  constexpr std::int32_t kByte = 8;
  if (frame_ == Frame::kNone && state_->read_in_length >= kByte) {
    return static_cast<int>(state_->read_in >> state_->read_in_length % kByte & 0xFF);
  }
  refill();
  if (input_failure_) return tl::unexpected<core::Error>(*input_failure_);
  return state_->avail_in == 0 ? -1 : int{*state_->next_in};
}

core::Result<int> Inflater::skip_zeros() {
  auto next = byte_behind();
  for (; next && *next == 0; next = byte_behind()) {
    ++state_->next_in;
    --state_->avail_in;
  }
  return next;
}

}  // namespace fhirehose::source
