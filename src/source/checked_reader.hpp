#pragma once

#include <cstdint>
#include <memory>

#include "source/decoder.hpp"

namespace fhirehose::source {

/// What an archive's directory says of a member's content.
struct ContentCheck {
  std::uint64_t bytes = 0;
  std::uint32_t crc = 0;  ///< CRC-32 as zip and gzip have it
};

/// Holds what `content` gives against what the directory says of it: never more bytes than that,
/// not fewer, and the CRC at the end.
class CheckedReader final : public Decoder {
 public:
  CheckedReader(std::unique_ptr<MemberReader> content, ContentCheck expected)
      : content_(std::move(content)), expected_(expected) {}

 protected:
  core::Status fill(std::span<char> into, std::size_t& done) override;

 private:
  /// Once all bytes are there: that no more follow, and the CRC.
  core::Status check_end();

  const std::unique_ptr<MemberReader> content_;
  const ContentCheck expected_;
  ContentCheck seen_;
};

}  // namespace fhirehose::source
