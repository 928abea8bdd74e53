#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "core/result.hpp"

namespace fhirehose::pipeline {

/// A new file of the owner's alone (mode 0600) that gets one line after the other.
/// Thread-safe.
class FindingFile {
 public:
  /// kUsage when it can't be made, or is there already.
  static core::Result<std::unique_ptr<FindingFile>> make(const std::filesystem::path& path);

  void add(const std::string& line);
  /// kStop, with the first failure, when not all lines have been written.
  core::Status close();
  /// Takes it away again: it would be in the way of the next try.
  void discard();

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  FindingFile(std::FILE* file, std::string name) : file_(file), name_(std::move(name)) {}

  std::mutex mutex_;
  std::unique_ptr<std::FILE, Close> file_;
  const std::string name_;
  int failure_ = 0;  ///< errno of the first one
};

}  // namespace fhirehose::pipeline
