#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "core/result.hpp"

namespace fhirehose::memory {

/// A file for what does not fit into memory. It has no name (or loses it at once), mode 0600, and
/// is gone with its descriptor, also after SIGKILL. Any thread.
class ScratchFile {
 public:
  /// In TMPDIR; else in /var/tmp, for /tmp may be memory. kUsage: it can't be made there.
  static core::Result<ScratchFile> make();
  /// Where `make` puts it.
  static std::string folder();

  ScratchFile(ScratchFile&& other) noexcept;
  ScratchFile& operator=(ScratchFile&& other) noexcept;
  ~ScratchFile();

  /// All of it, or what the system says: kUsage, most often a full disk.
  core::Status write(std::span<const char> bytes, std::uint64_t offset) const;
  /// Fills `bytes`; kUsage where the file ends before that.
  core::Status read(std::span<char> bytes, std::uint64_t offset) const;

  /// Another descriptor of the same file, for the caller to close; -1: there are too many open.
  [[nodiscard]] int duplicate() const;

 private:
  explicit ScratchFile(int descriptor) : descriptor_(descriptor) {}

  int descriptor_ = -1;
};

}  // namespace fhirehose::memory
