#pragma once

#include <filesystem>
#include <fstream>
#include <string_view>

#include "support/scratch_directory.hpp"

namespace fhirehose::fuzz {

/// A folder for as long as the process runs, and the one input in it.
class ScratchFile {
 public:
  /// The path of a file that holds `content`; the one before it is gone.
  const std::filesystem::path& holding(std::string_view content) {
    std::filesystem::remove(path_);
    std::ofstream(path_, std::ios::binary) << content;
    return path_;
  }
  [[nodiscard]] const tests::ScratchDirectory& folder() const { return folder_; }

 private:
  const tests::ScratchDirectory folder_;
  const std::filesystem::path path_ = folder_ / "input";
};

}  // namespace fhirehose::fuzz
