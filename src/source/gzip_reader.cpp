#include "source/gzip_reader.hpp"

namespace fhirehose::source {
namespace {

/// The second byte is ISA-L's to check: it may lie in the next block.
constexpr int kFirstMagicByte = 0x1F;

}  // namespace

core::Status GzipReader::fill(std::span<char> into, std::size_t& done) {
  while (true) {
    if (core::Status status = inflater_.inflate(into, done); !status) return status;
    if (!inflater_.finished()) return {};
    // Looked for as soon as a member ends, so that garbage is known with its last good byte.
    const auto next = inflater_.byte_behind();
    if (!next) return tl::unexpected<core::Error>(next.error());
    if (*next < 0) return {};
    if (*next != kFirstMagicByte) {
      return core::fail(core::ErrorKind::kReject,
                        "something that is not gzip follows its compressed content");
    }
    inflater_.restart();
  }
}

}  // namespace fhirehose::source
