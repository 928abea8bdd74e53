#include "pipeline/finding_file.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fhirehose::pipeline {
namespace {

tl::unexpected<core::Error> failed(core::ErrorKind kind, const std::string& name, int number) {
  return core::fail(kind, fmt::format("{}: {}", name, std::generic_category().message(number)));
}

}  // namespace

core::Result<std::unique_ptr<FindingFile>> FindingFile::make(const std::filesystem::path& path) {
  constexpr mode_t kOwnersAlone = 0600;
  // O_EXCL: what is there may be the very input or target.
  const int descriptor =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnersAlone);
  if (descriptor < 0 && errno == EEXIST) {
    return core::fail(core::ErrorKind::kUsage,
                      fmt::format("{} is there already, and is not overwritten", path.string()));
  }
  if (descriptor < 0) return failed(core::ErrorKind::kUsage, path.string(), errno);
  std::FILE* const file = ::fdopen(descriptor, "w");
  if (file == nullptr) {
    const int number = errno;
    ::close(descriptor);
    return failed(core::ErrorKind::kUsage, path.string(), number);
  }
  return std::unique_ptr<FindingFile>(new FindingFile(file, path.string()));
}

void FindingFile::add(const std::string& line) {
  const std::lock_guard lock(mutex_);
  const bool written = std::fwrite(line.data(), 1, line.size(), file_.get()) == line.size() &&
                       std::fputc('\n', file_.get()) != EOF;
  if (!written && failure_ == 0) failure_ = errno;
}

core::Status FindingFile::close() {
  const std::lock_guard lock(mutex_);
  if (std::fclose(file_.release()) != 0 && failure_ == 0) failure_ = errno;
  if (failure_ != 0) return failed(core::ErrorKind::kStop, name_, failure_);
  return {};
}

void FindingFile::discard() { ::unlink(name_.c_str()); }

}  // namespace fhirehose::pipeline
