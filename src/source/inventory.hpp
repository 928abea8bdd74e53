#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "source/catalog.hpp"
#include "source/file_pool.hpp"
#include "source/location.hpp"
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
  core::Status add_directory(const std::filesystem::path& path, std::uint32_t source);
  core::Status add_file(const std::filesystem::path& path, std::uint32_t source);
  core::Status add_archive(const Archive& archive);
  core::Status add_entry(const Archive& archive, ZipEntry entry);
  core::Status add_member(Member member, Location location);

  const Limits limits_;
};

}  // namespace fhirehose::source
