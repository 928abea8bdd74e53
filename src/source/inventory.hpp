#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
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
  Inventory(const Limits& limits, std::stop_token stop) : limits_(limits), stop_(std::move(stop)) {}

  /// `path` as source number `source`. kReject: it can't be used. kUsage: a limit is exceeded.
  core::Status add_source(const std::filesystem::path& path, std::uint32_t source);

  std::vector<Member> members;
  std::vector<Location> locations;  ///< one a member
  std::vector<Problem> problems;
  std::unique_ptr<FilePool> files = std::make_unique<FilePool>();

 private:
  // Each fails as add_source does, but without the name of what it is about.
  struct Usable;
  struct Archive;
  struct Found;
  enum class Named : std::uint8_t { kByCaller, kByFolder };
  core::Status add_directory(const std::filesystem::path& path, std::uint32_t source);
  core::Status add_file(const std::filesystem::path& path, std::uint32_t source, Named named);
  core::Status add_standard_input(std::uint32_t source);
  core::Result<Usable> standard_input();
  core::Status add_usable(Usable usable, Format format);
  void note_archive_before(const Archive& archive, std::uint64_t start);
  void note_rest_behind(const Archive& archive, std::uint64_t end);
  core::Status add_archive(const Archive& archive);
  core::Status add_entry(const Archive& archive, Found&& found);
  core::Status add_inner(const Archive& outer, std::string name, const Location& location);
  core::Status add_member(Member member, Location location);
  /// The archive in `outer` at `location`, where it can be read at any place.
  core::Result<FileRange> unwrapped(const Archive& outer, const Location& location);
  /// The scratch file, made where there is none yet.
  core::Result<Spool*> spool();

  const Limits limits_;
  const std::stop_token stop_;
  bool has_standard_input_ = false;
  std::uint64_t known_bytes_ = 0;  ///< decompressed, of all members that tell
  std::unique_ptr<Spool> spool_;   ///< once there is need
  std::uint32_t spool_index_ = 0;  ///< in `files`
};

}  // namespace fhirehose::source
