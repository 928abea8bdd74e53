#include "source/checked_reader.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <isa-l/crc.h>

namespace fhirehose::source {
namespace {

/// The CRC is taken while the bytes are still in the core's cache.
constexpr std::size_t kSliceBytes = 256 * core::kKiB;

std::uint32_t extended_crc(std::uint32_t crc, std::span<const char> bytes) {
  return crc32_gzip_refl(crc, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

}  // namespace

core::Status CheckedReader::fill(std::span<char> into, std::size_t& done) {
  while (done < into.size() && seen_.bytes < expected_.bytes) {
    const auto slice =
        into.subspan(done, static_cast<std::size_t>(std::min<std::uint64_t>(
                               {kSliceBytes, into.size() - done, expected_.bytes - seen_.bytes})));
    const auto got = content_->read(slice);
    if (!got) return tl::unexpected<core::Error>(got.error());
    // Less than asked for may be an error at the next read; only nothing is the end.
    if (*got == 0) {
      return core::fail(core::ErrorKind::kReject,
                        fmt::format("it has {} bytes where its archive's directory says {}",
                                    seen_.bytes, expected_.bytes));
    }
    seen_.crc = extended_crc(seen_.crc, slice.first(*got));
    seen_.bytes += *got;
    done += *got;
  }
  return seen_.bytes == expected_.bytes ? check_end() : core::Status{};
}

core::Status CheckedReader::check_end() {
  // Also drives the decoder to its own end and checks: what is full need not be finished.
  char more = 0;
  const auto got = content_->read({&more, 1});
  if (!got) return tl::unexpected<core::Error>(got.error());
  if (*got > 0) {
    return core::fail(core::ErrorKind::kReject,
                      fmt::format("it has more than the {} bytes that its archive's directory says",
                                  expected_.bytes));
  }
  if (seen_.crc == expected_.crc) return {};
  return core::fail(core::ErrorKind::kReject,
                    fmt::format("the CRC-32 of its content is {:08x} where its archive says {:08x}",
                                seen_.crc, expected_.crc));
}

}  // namespace fhirehose::source
