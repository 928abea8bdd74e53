#pragma once

#include <cstdint>
#include <memory>

#include "source/catalog.hpp"
#include "source/checked_reader.hpp"
#include "source/file.hpp"

namespace fhirehose::source {

/// What has to be undone to get at a member's bytes.
enum class Encoding : std::uint8_t { kPlain, kGzip, kZstd, kZipStored, kZipDeflated, kZipZstd };

/// Where a member's raw bytes lie.
struct Location {
  std::uint32_t file = 0;  ///< in the FilePool
  Encoding encoding = Encoding::kPlain;
  std::uint64_t offset = 0;
  std::uint64_t stored_bytes = 0;
  ContentCheck content{};  ///< for zip only
};

/// A stack of readers that gives the records of the member at `location` in `file`.
std::unique_ptr<MemberReader> open_location(const Location& location, FileHandle file);

/// The same, but what an archive holds as it went in: still gzip, zstd or zip if it was.
std::unique_ptr<MemberReader> open_content(const Location& location, FileHandle file);

}  // namespace fhirehose::source
