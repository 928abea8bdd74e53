#include "source/zstd_promise.hpp"

namespace fhirehose::source {
namespace {

constexpr std::size_t kMagicBytes = 4;
constexpr std::size_t kSkippableHeader = 8;  ///< RFC 8878, 3.1.2: magic number and size

bool is_skippable(std::span<const std::uint8_t> header) {
  return (header[0] & 0xF0) == 0x50 && header[1] == 0x2A && header[2] == 0x4D && header[3] == 0x18;
}

/// RFC 8878, 3.1.1.1.1.1: bytes of the frame's content size, of which its flag and that of a single
/// segment tell.
std::size_t size_bytes(std::uint8_t descriptor) {
  const bool single_segment = (descriptor >> 5 & 1) != 0;
  const unsigned flag = descriptor >> 6;
  if (flag == 0) return single_segment ? 1 : 0;
  return std::size_t{1} << flag;
}

/// RFC 8878, 3.1.1.1: descriptor, window unless it is a single segment, dictionary, content size.
std::size_t header_bytes(std::uint8_t descriptor) {
  constexpr std::array<std::size_t, 4> kDictionary = {0, 1, 2, 4};
  const std::size_t window = (descriptor >> 5 & 1) != 0 ? 0 : 1;
  return kMagicBytes + 1 + window + kDictionary.at(descriptor & 3) + size_bytes(descriptor);
}

/// Of two bytes it is 256 less than what it says.
std::optional<std::uint64_t> content_size(std::span<const std::uint8_t> field) {
  if (field.empty()) return std::nullopt;
  std::uint64_t size = field.size() == 2 ? 256 : 0;
  for (std::size_t i = 0; i < field.size(); ++i) size += std::uint64_t{field[i]} << 8 * i;
  return size;
}

}  // namespace

void ZstdPromise::read(std::uint8_t byte) {
  header_.at(bytes_++) = byte;
  if (bytes_ <= kMagicBytes) return;
  const std::span<const std::uint8_t> header = std::span(header_).first(bytes_);
  const std::uint8_t descriptor = header_[kMagicBytes];
  const bool skippable = is_skippable(header);
  is_read_ = bytes_ == (skippable ? kSkippableHeader : header_bytes(descriptor));
  if (is_read_ && !skippable) size_ = content_size(header.last(size_bytes(descriptor)));
}

}  // namespace fhirehose::source
