#include "source/standard_input.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/resource_key.hpp"

namespace fhirehose::source {
namespace {

using core::ErrorKind;

constexpr int kMillisecondsBetweenLooks = 100;

tl::unexpected<core::Error> unreadable() {
  return core::fail(ErrorKind::kReject, fmt::format("can't be read: {}", std::strerror(errno)));
}

}  // namespace

core::Status StreamReader::await() const {
  pollfd waiting{.fd = descriptor_, .events = POLLIN, .revents = 0};
  while (!stop_.stop_requested()) {
    const int ready = ::poll(&waiting, 1, kMillisecondsBetweenLooks);
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return unreadable();
  }
  return core::fail(ErrorKind::kStop, "it was asked to stop while it read; nothing was sent");
}

core::Result<std::size_t> StreamReader::read(std::span<char> into) {
  std::size_t done = 0;
  while (done < into.size()) {
    if (const core::Status ready = await(); !ready) return tl::unexpected(ready.error());
    const ssize_t got = ::read(descriptor_, into.data() + done, into.size() - done);
    if (got == 0) break;
    if (got < 0 && errno != EINTR && errno != EAGAIN) return unreadable();
    if (got > 0) done += static_cast<std::size_t>(got);
  }
  fingerprint_ =
      core::stable_hash(fmt::format("{} {}", fingerprint_, core::stable_hash({into.data(), done})));
  return done;
}

core::Result<std::optional<FileRange>> file_behind(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return unreadable();
  if (::isatty(descriptor) != 0) {
    return core::fail(ErrorKind::kReject, "is a terminal: pipe into it what is to be read");
  }
  if (!S_ISREG(status.st_mode)) return std::nullopt;
  const int own = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
  if (own < 0) return unreadable();
  auto file = adopt_file(own);
  if (!file) return tl::unexpected<core::Error>(std::move(file.error()));
  const std::uint64_t size = (*file)->state().size;
  const off_t at = ::lseek(descriptor, 0, SEEK_CUR);
  const std::uint64_t begin = at < 0 ? 0 : std::min(static_cast<std::uint64_t>(at), size);
  return FileRange{.file = *std::move(file), .offset = begin, .bytes = size - begin};
}

}  // namespace fhirehose::source
