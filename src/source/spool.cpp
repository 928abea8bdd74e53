#include "source/spool.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "source/printable.hpp"

namespace fhirehose::source {
namespace {

using core::ErrorKind;

constexpr std::size_t kWindowBytes = core::kMiB;

std::string scratch_folder() {
  const char* const named = std::getenv("TMPDIR");
  return named == nullptr || *named == '\0' ? "/var/tmp" : named;
}

int make_nameless(const std::string& folder) {
  const int descriptor = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor >= 0) return descriptor;
  // Some file systems know no file without a name: it loses one.
  std::string name = folder + "/fhirehose-XXXXXX";
  const int named = ::mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0) ::unlink(name.c_str());
  return named;
}

}  // namespace

Spool::Spool(int descriptor)
    : descriptor_(descriptor), file_(std::make_shared<const File>(descriptor, FileState{})) {}

core::Result<std::unique_ptr<Spool>> Spool::open() {
  const std::string folder = scratch_folder();
  const int descriptor = make_nameless(folder);
  if (descriptor >= 0) return std::unique_ptr<Spool>(new Spool(descriptor));
  return core::fail(ErrorKind::kUsage,
                    fmt::format("needs a scratch file, which can't be made in {} "
                                "(TMPDIR names another folder): {}",
                                printable(folder), std::strerror(errno)));
}

core::Result<FileRange> Spool::append(MemberReader& content, std::uint64_t most) {
  std::string window(kWindowBytes, '\0');
  std::uint64_t end = end_;
  while (true) {
    const auto got = content.read(window);
    if (!got) return tl::unexpected<core::Error>(got.error());
    if (*got == 0) break;
    if (*got > most || end > most - *got) {
      return core::fail(
          ErrorKind::kUsage,
          fmt::format("is an archive inside an archive that would take scratch beyond "
                      "its limit of {}: unpack the outer one first",
                      core::format_byte_size(most)));
    }
    if (core::Status status = write({window.data(), *got}, end); !status) {
      return tl::unexpected<core::Error>(std::move(status.error()));
    }
    end += *got;
  }
  const std::uint64_t begin = std::exchange(end_, end);
  return FileRange{.file = file_, .offset = begin, .bytes = end - begin};
}

core::Status Spool::write(std::span<const char> bytes, std::uint64_t offset) const {
  while (!bytes.empty()) {
    const ssize_t put =
        ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) {
      return core::fail(ErrorKind::kUsage,
                        fmt::format("can't be spooled to a scratch file in {}: {}",
                                    printable(scratch_folder()), std::strerror(errno)));
    }
    bytes = bytes.subspan(static_cast<std::size_t>(put));
    offset += static_cast<std::uint64_t>(put);
  }
  return {};
}

}  // namespace fhirehose::source
