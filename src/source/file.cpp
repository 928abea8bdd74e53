#include "source/file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fhirehose::source {
namespace {

using core::ErrorKind;

std::string_view kind_of(mode_t mode) {
  if (S_ISFIFO(mode)) return "a named pipe, which can't be read twice";
  if (S_ISSOCK(mode)) return "a socket";
  if (S_ISDIR(mode)) return "a directory";
  return "a device";
}

std::string why_not_opened(int error) {
  if (error == ENOENT) return "there is no such file or directory";
  return fmt::format("can't be opened: {}", std::strerror(error));
}

FileState state_of(const struct stat& status) {
  return {.size = static_cast<std::uint64_t>(status.st_size),
          .changed = status.st_mtim.tv_sec * 1'000'000 + status.st_mtim.tv_nsec / 1'000};
}

}  // namespace

File::~File() { ::close(descriptor_); }

bool File::is_unchanged() const {
  struct stat status {};
  return !state_ || (::fstat(descriptor_, &status) == 0 && state_of(status) == *state_);
}

core::Result<std::size_t> File::read_at(std::uint64_t offset, std::span<char> into) const {
  // pread may give less than asked for: behind a signal, at 2 GiB, on some file systems.
  std::size_t done = 0;
  while (done < into.size()) {
    const ssize_t got = ::pread(descriptor_, into.data() + done, into.size() - done,
                                static_cast<off_t>(offset + done));
    if (got == 0) break;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return core::fail(ErrorKind::kReject, fmt::format("can't be read at byte {}: {}",
                                                        offset + done, std::strerror(errno)));
    }
    done += static_cast<std::size_t>(got);
  }
  return done;
}

core::Result<std::size_t> FileRange::read_at(std::uint64_t at, std::span<char> into) const {
  if (at >= bytes) return 0;
  const auto room = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), bytes - at));
  return file->read_at(offset + at, into.first(room));
}

core::Result<FileHandle> open_file(const std::filesystem::path& path) {
  // O_NONBLOCK: opening a FIFO that nobody writes to would wait for ever.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (descriptor < 0) return core::fail(ErrorKind::kReject, why_not_opened(errno));
  return adopt_file(descriptor);
}

core::Result<FileHandle> adopt_file(int descriptor) {
  // Asked of the descriptor: the path may lead elsewhere by now.
  struct stat status {};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(descriptor);
    return core::fail(ErrorKind::kReject,
                      fmt::format("is {}, not a file", kind_of(status.st_mode)));
  }
  return std::make_shared<const File>(descriptor, state_of(status));
}

}  // namespace fhirehose::source
