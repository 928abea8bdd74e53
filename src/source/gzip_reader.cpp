#include "source/gzip_reader.hpp"

namespace fhirehose::source {
namespace {

/// The second byte is ISA-L's to check: it may lie in the next block.
constexpr int kFirstMagicByte = 0x1F;

core::Status garbage() {
  return core::fail(core::ErrorKind::kReject,
                    "something that is not gzip follows its compressed content");
}

}  // namespace

core::Status GzipReader::fill(std::span<char> into, std::size_t& done) {
  while (true) {
    if (core::Status status = inflater_.inflate(into, done); !status) return status;
    if (!inflater_.finished()) return {};
    // Looked for as soon as a member ends, so that garbage is known with its last good byte.
    const auto next = inflater_.byte_behind();
    if (!next) return tl::unexpected<core::Error>(next.error());
    if (*next < 0) return {};
    if (*next == 0) return skip_padding();
    if (*next != kFirstMagicByte) {
      return garbage();
    }
    inflater_.restart();
  }
}

core::Status GzipReader::skip_padding() {
  const auto behind = inflater_.skip_zeros();
  if (!behind) return tl::unexpected<core::Error>(behind.error());
  return *behind < 0 ? core::Status{} : garbage();
}

}  // namespace fhirehose::source
