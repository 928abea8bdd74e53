#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <vector>

#include "core/result.hpp"
#include "source/catalog.hpp"

namespace fhirehose::source {

/// What `walk_directory` tells.
struct DirectoryVisitor {
  std::function<core::Status(const std::filesystem::path&)> file;  ///< a failure ends the walk
  std::function<void(Problem)> problem;
  std::vector<std::filesystem::path> left_out = {};  ///< files and folders that are passed over
};

/// Visits the files below `root` by name (byte order), folder by folder, links followed. Each
/// folder is visited once, however many links lead to it, and none deeper than `depth`. Left out
/// without a word: `__MACOSX`, `.DS_Store`. Fails with kReject when `root` itself can't be read.
core::Status walk_directory(const std::filesystem::path& root, std::size_t depth,
                            const DirectoryVisitor& visitor);

}  // namespace fhirehose::source
