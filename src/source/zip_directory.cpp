#include "source/zip_directory.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>

#include "source/member_name.hpp"
#include "source/zip_start.hpp"
#include "source/zip_view.hpp"

namespace fhirehose::source {
namespace {

/// APPNOTE 4.4.5.
std::string_view name_of_method(unsigned method) {
  switch (method) {
    case ZIP_CM_DEFLATE64:
      return "deflate64";
    case ZIP_CM_BZIP2:
      return "bzip2";
    case ZIP_CM_LZMA:
      return "lzma";
    case ZIP_CM_XZ:
      return "xz";
    case ZIP_CM_PPMD:
      return "ppmd";
    default:
      return "a method unknown here";
  }
}

/// nullopt: it is not read. libzip does not know zstd, which matters not for raw bytes.
std::optional<ZipMethod> known_method(unsigned method) {
  constexpr unsigned kZstd = 93;
  if (method == ZIP_CM_STORE) return ZipMethod::kStored;
  if (method == ZIP_CM_DEFLATE) return ZipMethod::kDeflated;
  if (method == kZstd) return ZipMethod::kZstd;
  return std::nullopt;
}

bool is_link(zip_t* archive, zip_uint64_t index) {
  zip_uint8_t system = 0;
  zip_uint32_t attributes = 0;
  zip_file_get_external_attributes(archive, index, 0, &system, &attributes);
  // On Unix the upper half is st_mode.
  return system == ZIP_OPSYS_UNIX && S_ISLNK(attributes >> 16);
}

/// Empty: as far as its line in the directory tells, it can be used.
std::string why_refused(const zip_stat_t& status) {
  if (status.encryption_method != ZIP_EM_NONE) return "is encrypted, which can't be read";
  if (!known_method(status.comp_method)) {
    return fmt::format("is compressed with {} (method {}); stored, deflate and zstd are read",
                       name_of_method(status.comp_method), status.comp_method);
  }
  return why_unsafe(status.name);
}

ZipEntry entry_from(const zip_stat_t& status) {
  return {.name = status.name,
          .refused = why_refused(status),
          .stored_bytes = status.comp_size,
          .content = {.bytes = status.size, .crc = status.crc},
          .method = known_method(status.comp_method).value_or(ZipMethod::kStored)};
}

/// Entry `index`, its place in the archive included.
ZipEntry read_entry(ZipView& view, zip_uint64_t index, const zip_stat_t& status) {
  ZipEntry entry = entry_from(status);
  if (entry.refused.empty() && is_link(view.archive(), index)) {
    entry.refused = "is a symbolic link, which is not followed";
  }
  // libzip does not go to the archive for a member without bytes, so there is no place to see.
  if (!entry.refused.empty() || entry.stored_bytes == 0) return entry;
  auto offset = view.locate(index);
  if (offset) {
    entry.offset = *offset;
  } else {
    entry.refused = std::move(offset.error().message);
  }
  return entry;
}

/// What lies behind an archive in an archive is not its own.
void refuse_overreach(std::vector<ZipEntry>& entries, std::uint64_t archive_bytes) {
  for (ZipEntry& entry : entries) {
    if (!entry.refused.empty() || entry.stored_bytes == 0) continue;
    if (entry.stored_bytes > archive_bytes - entry.offset) {
      entry.refused = "has more bytes than there are in its archive";
    }
  }
}

/// Members that share bytes are how a small archive claims to hold petabytes. The first keeps them.
void refuse_overlaps(std::vector<ZipEntry>& entries) {
  std::vector<std::uint32_t> by_offset(entries.size());
  std::iota(by_offset.begin(), by_offset.end(), 0);
  std::erase_if(by_offset, [&](std::uint32_t i) {
    return !entries[i].refused.empty() || entries[i].stored_bytes == 0;
  });
  std::ranges::stable_sort(by_offset, {}, [&](std::uint32_t i) { return entries[i].offset; });
  // In the order of their places, each must start where the last good one has ended.
  std::uint64_t end = 0;
  for (const std::uint32_t i : by_offset) {
    ZipEntry& entry = entries[i];
    if (entry.offset < end) {
      entry.refused = "shares its bytes with another member, as decompression bombs do";
    } else {
      end = entry.offset + entry.stored_bytes;
    }
  }
}

tl::unexpected<core::Error> too_many(std::size_t most) {
  return core::fail(
      core::ErrorKind::kUsage,
      fmt::format("has more members than the {} that the limit leaves room for", most));
}

/// Whether its directory has more entries than that, by their headers alone (APPNOTE 4.3.12):
/// libzip holds 300 bytes of each before it says how many there are, and believes no count.
bool has_more_entries(const FileRange& archive, std::size_t most) {
  constexpr std::size_t kHeaderBytes = 46;
  // Most are too small to be read for this, or have a directory that is.
  if (archive.bytes / kHeaderBytes <= most) return false;
  const auto place = find_zip_directory(archive);
  if (!place || (place->end - place->begin) / kHeaderBytes <= most) return false;
  std::array<unsigned char, kHeaderBytes> header{};
  std::size_t count = 0;
  for (std::uint64_t at = place->begin; at + kHeaderBytes <= place->end && count <= most; ++count) {
    const auto got = archive.read_at(at, {reinterpret_cast<char*>(header.data()), kHeaderBytes});
    if (!got || *got != kHeaderBytes) return false;
    const auto length = [&header](std::size_t field) {
      return std::size_t{header.at(field)} | std::size_t{header.at(field + 1)} << 8;
    };
    at += kHeaderBytes + length(28) + length(30) + length(32);
  }
  return count > most;
}

}  // namespace

core::Result<std::vector<ZipEntry>> read_zip_directory(const FileRange& archive, std::size_t most) {
  if (has_more_entries(archive, most)) return too_many(most);
  auto view = ZipView::open(archive);
  if (!view) return tl::unexpected<core::Error>(std::move(view.error()));
  const auto count = static_cast<std::size_t>(zip_get_num_entries((*view)->archive(), 0));
  if (count > most) return too_many(most);
  std::vector<ZipEntry> entries;
  entries.reserve(count);
  for (zip_uint64_t index = 0; index < count; ++index) {
    zip_stat_t status;
    if (zip_stat_index((*view)->archive(), index, 0, &status) != 0) {
      entries.push_back({.name = fmt::format("entry {}", index), .refused = "can't be read"});
    } else if (std::string_view(status.name).ends_with('/') && status.size > 0) {
      entries.push_back({.name = status.name, .refused = "has the name of a folder, and content"});
    } else if (!is_no_content(status.name)) {
      entries.push_back(read_entry(**view, index, status));
    }
  }
  refuse_overreach(entries, archive.bytes);
  refuse_overlaps(entries);
  return entries;
}

}  // namespace fhirehose::source
