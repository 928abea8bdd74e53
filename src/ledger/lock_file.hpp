#pragma once

#include <filesystem>

#include "core/result.hpp"

namespace fhirehose::ledger {

/// The right to write to a state directory: `ledger.lock`, held with flock(2) for as long as this
/// lives, and by the system no longer than the process does. Holds the process's id as text. Moves
/// only.
class LockFile {
 public:
  /// kUsage, with the holder's process id where it can be read, when another has it.
  static core::Result<LockFile> acquire(const std::filesystem::path& directory);
  LockFile(LockFile&& other) noexcept;
  LockFile& operator=(LockFile&&) = delete;
  ~LockFile();

 private:
  explicit LockFile(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace fhirehose::ledger
