#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>

#include "core/instant.hpp"
#include "core/result.hpp"

namespace fhirehose::source {

/// What tells whether a file is still the one that was looked at.
struct FileState {
  std::uint64_t size = 0;          ///< bytes
  core::Microseconds changed = 0;  ///< its modification time
  bool operator==(const FileState&) const = default;
};

/// A regular file, open for reading by any number of threads at once: no position is shared.
class File {
 public:
  /// Owns `descriptor`.
  File(int descriptor, FileState state) : descriptor_(descriptor), state_(state) {}
  /// Of a scratch file, which nobody else can change.
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File();

  /// As it was when opened.
  [[nodiscard]] FileState state() const { return state_.value_or(FileState{}); }
  /// Whether it is so still.
  [[nodiscard]] bool is_unchanged() const;

  /// Reads from `offset` until `into` is full or the file ends; the bytes read. kReject: the disk
  /// failed.
  [[nodiscard]] core::Result<std::size_t> read_at(std::uint64_t offset, std::span<char> into) const;

 private:
  const int descriptor_;
  const std::optional<FileState> state_;
};

/// Shared by the pool and the readers that use it; closed when the last of them lets go.
using FileHandle = std::shared_ptr<const File>;

/// A part of a file that is taken for a whole: an archive in an archive, or behind a program.
struct FileRange {
  FileHandle file;
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;

  /// As File::read_at, but `at` counts from the range's start, and the range ends it.
  [[nodiscard]] core::Result<std::size_t> read_at(std::uint64_t at, std::span<char> into) const;
};

/// kReject when it does not exist, may not be read, or is no regular file (a FIFO is not waited
/// for). The message says why, without the path.
core::Result<FileHandle> open_file(const std::filesystem::path& path);
/// What `descriptor` stands for, which is owned from now on. Fails as `open_file`.
core::Result<FileHandle> adopt_file(int descriptor);

}  // namespace fhirehose::source
