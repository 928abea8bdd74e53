#pragma once

#include <cstdint>
#include <memory>

#include "source/catalog.hpp"
#include "source/file.hpp"

namespace fhirehose::source {

/// A scratch file for what must be read at any place and can't be: the content of archives that lie
/// deflated in other archives, one behind the other. It has no name (or loses it at once), mode
/// 0600, and is gone with its last handle, also after SIGKILL. One thread.
class Spool {
 public:
  /// In TMPDIR; else in /var/tmp, for /tmp may be memory. kUsage: it can't be made there.
  static core::Result<std::unique_ptr<Spool>> open();

  /// Appends all that `content` gives; where it lies. Fails as `content` does, and then keeps
  /// nothing of it; kUsage when there would be more than `most` bytes in all, or the disk is full.
  core::Result<FileRange> append(MemberReader& content, std::uint64_t most);

  [[nodiscard]] const FileHandle& file() const { return file_; }

 private:
  explicit Spool(int descriptor);
  core::Status write(std::span<const char> bytes, std::uint64_t offset) const;

  const int descriptor_;  ///< `file_` owns it
  const FileHandle file_;
  std::uint64_t end_ = 0;
};

}  // namespace fhirehose::source
