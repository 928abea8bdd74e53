#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fhirehose::source::testing {

/// What one member of a zip claims to be. By default the truth about `content`.
struct ZipMember {
  std::string name{};
  std::string content{};
  std::uint16_t method = 8;              ///< 0 stored, 8 deflate, 93 zstd; else `content` as it is
  std::uint16_t flags = 0;               ///< 1: encrypted
  std::optional<std::uint32_t> crc{};    ///< what the directory says instead
  std::optional<std::uint64_t> bytes{};  ///< what the directory says instead
  std::uint32_t unix_mode = 0100644;
  std::optional<std::size_t> shares{};  ///< has the bytes of that earlier member
  std::string behind{};                 ///< counts as compressed bytes as well
};

enum class ZipStyle { kClassic, kZip64 };

/// The bytes of an archive (PKWARE APPNOTE 6.3.9), written here so that it may lie in any field.
std::string build_zip(const std::vector<ZipMember>& members, ZipStyle style = ZipStyle::kClassic);

}  // namespace fhirehose::source::testing
