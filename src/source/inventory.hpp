#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "source/catalog.hpp"
#include "source/file_pool.hpp"
#include "source/location.hpp"
#include "source/sniff.hpp"
#include "source/spool.hpp"
#include "source/zip_directory.hpp"

namespace fhirehose::source {

/// A catalog in the making: finds the members of one source after another.
class Inventory {
 public:
  explicit Inventory(const Limits& limits) : limits_(limits) {}

  /// `path` as source number `source`. kReject: it can't be used. kUsage: a limit is exceeded.
  core::Status add_source(const std::filesystem::path& path, std::uint32_t source);

  std::vector<Member> members;
  std::vector<Location> locations;  ///< one a member
  std::vector<Problem> problems;
  std::unique_ptr<FilePool> files = std::make_unique<FilePool>();

 private:
  // Each fails as add_source does, but without the name of what it is about.
  struct Archive;
  struct Found;
  enum class Named : std::uint8_t { kByCaller, kByFolder };
  core::Status add_directory(const std::filesystem::path& path, std::uint32_t source);
  core::Status add_file(const std::filesystem::path& path, std::uint32_t source, Named named);
  core::Status add_usable(const std::filesystem::path& path, std::uint32_t source,
                          const FileRange& file, Format format);
  void note_archive_before(const Archive& archive, std::uint64_t start);
  void note_rest_behind(const Archive& archive, std::uint64_t end);
  core::Status add_archive(const Archive& archive);
  core::Status add_entry(const Archive& archive, Found&& found);
  core::Status add_inner(const Archive& outer, std::string name, const Location& location);
  core::Status add_member(Member member, Location location);
  /// The archive in `outer` at `location`, where it can be read at any place.
  core::Result<FileRange> unwrapped(const Archive& outer, const Location& location);

  const Limits limits_;
  std::uint64_t known_bytes_ = 0;  ///< decompressed, of all members that tell
  std::unique_ptr<Spool> spool_;   ///< once there is need
  std::uint32_t spool_index_ = 0;  ///< in `files`
};

}  // namespace fhirehose::source
