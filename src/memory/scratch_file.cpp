#include "memory/scratch_file.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace fhirehose::memory {
namespace {

int make_nameless(const std::string& folder) {
  const int descriptor = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor >= 0) return descriptor;
  // Some file systems know no file without a name: it loses one.
  std::string name = folder + "/fhirehose-XXXXXX";
  const int named = ::mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0) ::unlink(name.c_str());
  return named;
}

core::Status failed(const char* what) {
  return core::fail(core::ErrorKind::kUsage,
                    fmt::format("a scratch file in {} can't be {}: {}", ScratchFile::folder(), what,
                                errno == 0 ? "it ends" : std::strerror(errno)));
}

}  // namespace

std::string ScratchFile::folder() {
  const char* const named = std::getenv("TMPDIR");
  return named == nullptr || *named == '\0' ? "/var/tmp" : named;
}

core::Result<ScratchFile> ScratchFile::make() {
  const int descriptor = make_nameless(folder());
  if (descriptor >= 0) return ScratchFile(descriptor);
  return core::fail(core::ErrorKind::kUsage,
                    fmt::format("a scratch file can't be made in {} (TMPDIR names another "
                                "folder): {}",
                                folder(), std::strerror(errno)));
}

ScratchFile::ScratchFile(ScratchFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

ScratchFile& ScratchFile::operator=(ScratchFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

ScratchFile::~ScratchFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

int ScratchFile::duplicate() const { return ::fcntl(descriptor_, F_DUPFD_CLOEXEC, 0); }

core::Status ScratchFile::write(std::span<const char> bytes, std::uint64_t offset) const {
  while (!bytes.empty()) {
    const ssize_t put =
        ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return failed("written");
    bytes = bytes.subspan(static_cast<std::size_t>(put));
    offset += static_cast<std::uint64_t>(put);
  }
  return {};
}

core::Status ScratchFile::read(std::span<char> bytes, std::uint64_t offset) const {
  while (!bytes.empty()) {
    errno = 0;
    const ssize_t got =
        ::pread(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return failed("read");
    bytes = bytes.subspan(static_cast<std::size_t>(got));
    offset += static_cast<std::uint64_t>(got);
  }
  return {};
}

}  // namespace fhirehose::memory
