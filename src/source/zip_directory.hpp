#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "source/checked_reader.hpp"
#include "source/file.hpp"

namespace fhirehose::source {

/// How a zip keeps a member's bytes (APPNOTE 4.4.5); other methods are refused.
enum class ZipMethod : std::uint8_t { kStored, kDeflated, kZstd };

/// One line of a zip's directory that stands for content.
struct ZipEntry {
  std::string name;          ///< UTF-8 where it can be told, not yet printable
  std::string refused;       ///< why it can't be used; empty: it can
  std::uint64_t offset = 0;  ///< of its raw bytes, from the archive's start
  std::uint64_t stored_bytes = 0;
  ContentCheck content{};
  ZipMethod method = ZipMethod::kStored;
};

/// All that is in the zip archive `archive`, in directory order, without directories and what macOS
/// leaves behind (`__MACOSX/`, `.DS_Store`). libzip reads the directory (zip64 too) and is closed
/// again: its handles are not for several threads, and take 300 bytes a member. kReject: no
/// directory, or a broken one. kUsage: more than `most` entries.
core::Result<std::vector<ZipEntry>> read_zip_directory(const FileRange& archive, std::size_t most);

}  // namespace fhirehose::source
