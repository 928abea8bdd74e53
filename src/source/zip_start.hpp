#pragma once

#include <cstdint>
#include <optional>

#include "source/file.hpp"

namespace fhirehose::source {

/// Where in `range` the zip archive begins that ends it: self-extracting archives have a program
/// before it. Told by the end-of-central-directory record (APPNOTE 4.3.16, zip64 4.3.14), whose
/// offsets count from there, or from the start of the range where the writer has adjusted them;
/// then it is 0. nullopt: no archive ends the range, or its directory is not right before that
/// record.
std::optional<std::uint64_t> find_zip_start(const FileRange& range);

/// The directory of the archive that ends a range, in bytes from the range's first.
struct ZipDirectoryPlace {
  std::uint64_t archive = 0;         ///< where its archive begins
  std::uint64_t begin = 0, end = 0;  ///< half-open
  std::uint64_t archive_end = 0;     ///< behind the last record and its comment
};
/// nullopt as above.
std::optional<ZipDirectoryPlace> find_zip_directory(const FileRange& range);

/// Whether there is anything but zeros and blanks in the range from `from` on.
bool holds_more_than_padding(const FileRange& range, std::uint64_t from);

}  // namespace fhirehose::source
