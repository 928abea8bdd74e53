#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

#include "core/result.hpp"
#include "source/file.hpp"

namespace fhirehose::source {

/// The files behind a catalog. Those used last stay open, so that an archive of 200,000 members is
/// opened once, and a directory of 200,000 archives does not run out of descriptors. `get` is
/// thread-safe; `add` is not.
class FilePool {
 public:
  /// `path` as `file` found it; the index that `get` takes.
  std::uint32_t add(std::filesystem::path path, FileHandle file);

  /// A file without a name: it stays open as long as the pool.
  std::uint32_t pin(FileHandle file);

  /// kReject when it can't be opened any more, or is not the file that was looked at: the look's
  /// winners would not be right for it.
  core::Result<FileHandle> get(std::uint32_t index);

 private:
  struct Known {
    std::filesystem::path path;
    FileState state;
    FileHandle pinned;
  };
  struct Open {
    std::uint32_t index;
    FileHandle file;
  };
  /// nullptr: it is not open.
  FileHandle find(std::uint32_t index);
  /// In place of the one that was opened first, once there are kMostOpen.
  void keep(Open open);

  static constexpr std::size_t kMostOpen = 64;
  std::vector<Known> known_;
  std::mutex mutex_;
  std::vector<Open> open_;
  std::size_t oldest_ = 0;  ///< in `open_`, once that is full
};

}  // namespace fhirehose::source
