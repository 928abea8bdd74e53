#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "memory/scratch_file.hpp"
#include "source/catalog.hpp"
#include "source/file.hpp"

namespace fhirehose::source {

/// What is said of what does not fit: that it "would take scratch beyond its limit", and this.
struct TooLarge {
  std::string_view before;
  std::string_view behind;
};

/// A scratch file for what must be read at any place and can't be: standard input, and the content
/// of archives that lie deflated in other archives, one behind the other. It is gone with its last
/// handle. One thread.
class Spool {
 public:
  /// Fails as memory::ScratchFile::make.
  static core::Result<std::unique_ptr<Spool>> open();

  /// Appends all that `content` gives; where it lies. Fails as `content` does, and then keeps
  /// nothing of it; kUsage when there would be more than `most` bytes in all, or the disk is full.
  core::Result<FileRange> append(MemberReader& content, std::uint64_t most,
                                 const TooLarge& too_large);

  [[nodiscard]] const FileHandle& file() const { return file_; }

 private:
  Spool(memory::ScratchFile scratch, int duplicate);

  const memory::ScratchFile scratch_;
  const FileHandle file_;  ///< another descriptor of it: handles may outlive this
  std::uint64_t end_ = 0;
};

}  // namespace fhirehose::source
