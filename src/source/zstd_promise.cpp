#include "source/zstd_promise.hpp"

#include <zstd.h>

namespace fhirehose::source {

void ZstdPromise::read(std::uint8_t byte) {
  header_.at(bytes_++) = byte;
  // An error stands for a header that goes on: what is no header the decoder has refused by now.
  const unsigned long long size = ZSTD_getFrameContentSize(header_.data(), bytes_);
  is_read_ = size != ZSTD_CONTENTSIZE_ERROR;
  if (is_read_ && size != ZSTD_CONTENTSIZE_UNKNOWN) size_ = size;
}

}  // namespace fhirehose::source
