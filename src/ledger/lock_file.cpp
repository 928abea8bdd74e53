#include "ledger/lock_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <system_error>
#include <tuple>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

namespace fhirehose::ledger {
namespace {

/// `process 4711`, as far as the holder has written it down.
std::string holder(int descriptor) {
  std::array<char, 20> text{};
  const ssize_t size = ::pread(descriptor, text.data(), text.size(), 0);
  const std::string_view digits(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  const std::string_view pid = digits.substr(0, digits.find('\n'));
  const bool number =
      !pid.empty() && std::ranges::all_of(pid, [](char c) { return c >= '0' && c <= '9'; });
  return number ? fmt::format("process {}", pid) : "another process";
}

}  // namespace

core::Result<LockFile> LockFile::acquire(const std::filesystem::path& directory) {
  const std::filesystem::path file = directory / "ledger.lock";
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return core::fail(core::ErrorKind::kUsage,
                      fmt::format("{}: it can't be opened for writing ({})", file.string(),
                                  std::generic_category().message(errno)));
  }
  LockFile lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    return core::fail(core::ErrorKind::kUsage,
                      fmt::format("the state directory {} is in use by {}; wait for it, or name "
                                  "another directory with --state",
                                  directory.string(), holder(descriptor)));
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  // For the message above only: the lock holds without it.
  if (::ftruncate(descriptor, 0) == 0)
    std::ignore = ::pwrite(descriptor, pid.data(), pid.size(), 0);
  return lock;
}

LockFile::LockFile(LockFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

LockFile::~LockFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace fhirehose::ledger
