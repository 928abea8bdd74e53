#include "source/spool.hpp"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "source/printable.hpp"

namespace fhirehose::source {
namespace {

using core::ErrorKind;

constexpr std::size_t kWindowBytes = core::kMiB;

}  // namespace

Spool::Spool(memory::ScratchFile scratch, int duplicate)
    : scratch_(std::move(scratch)), file_(std::make_shared<const File>(duplicate)) {}

core::Result<std::unique_ptr<Spool>> Spool::open() {
  auto scratch = memory::ScratchFile::make();
  if (!scratch) {
    return core::fail(ErrorKind::kUsage,
                      fmt::format("needs a scratch file: {}", printable(scratch.error().message)));
  }
  const int duplicate = scratch->duplicate();
  if (duplicate < 0) {
    return core::fail(ErrorKind::kUsage, "needs a scratch file: too many files are open");
  }
  return std::unique_ptr<Spool>(new Spool(*std::move(scratch), duplicate));
}

core::Result<FileRange> Spool::append(MemberReader& content, std::uint64_t most,
                                      const TooLarge& too_large) {
  std::string window(kWindowBytes, '\0');
  std::uint64_t end = end_;
  while (true) {
    const auto got = content.read(window);
    if (!got) return tl::unexpected<core::Error>(got.error());
    if (*got == 0) break;
    if (*got > most || end > most - *got) {
      return core::fail(
          ErrorKind::kUsage,
          fmt::format("{}would take scratch beyond its limit of {}: {}", too_large.before,
                      core::format_byte_size(most), too_large.behind));
    }
    const core::Status written = scratch_.write({window.data(), *got}, end);
    if (!written) return core::fail(ErrorKind::kUsage, printable(written.error().message));
    end += *got;
  }
  const std::uint64_t begin = std::exchange(end_, end);
  return FileRange{.file = file_, .offset = begin, .bytes = end - begin};
}

}  // namespace fhirehose::source
