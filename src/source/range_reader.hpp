#pragma once

#include <cstdint>
#include <memory>

#include "source/decoder.hpp"
#include "source/file.hpp"

namespace fhirehose::source {

/// Bytes of a file as they lie on the disk, straight into the caller's buffer: a plain file, or the
/// raw bytes of an archive's member. A file that has become shorter fails.
class RangeReader final : public Decoder {
 public:
  RangeReader(FileHandle file, std::uint64_t offset, std::uint64_t bytes)
      : file_(std::move(file)), offset_(offset), left_(bytes) {}

 protected:
  core::Status fill(std::span<char> into, std::size_t& done) override;

 private:
  const FileHandle file_;
  std::uint64_t offset_;
  std::uint64_t left_;
};

}  // namespace fhirehose::source
