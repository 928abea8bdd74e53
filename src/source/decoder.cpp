#include "source/decoder.hpp"

namespace fhirehose::source {

core::Result<std::size_t> Decoder::read(std::span<char> into) {
  std::size_t done = 0;
  if (!failure_) {
    // Kept even where nothing was decoded: reading on behind an error must not succeed.
    if (core::Status status = fill(into, done); !status) failure_ = std::move(status.error());
  }
  if (failure_ && done == 0) return tl::unexpected<core::Error>(*failure_);
  return done;
}

}  // namespace fhirehose::source
