#include "source/location.hpp"

#include <utility>

#include "source/deflate_reader.hpp"
#include "source/guarded_reader.hpp"
#include "source/gzip_reader.hpp"
#include "source/nested_reader.hpp"
#include "source/range_reader.hpp"
#include "source/zstd_reader.hpp"

namespace fhirehose::source {
namespace {

/// What an archive adds to a decoder: the check against its directory, and the look for a
/// compressed file inside.
std::unique_ptr<MemberReader> archived(const Location& location,
                                       std::unique_ptr<MemberReader> content) {
  auto checked = std::make_unique<CheckedReader>(std::move(content), location.content);
  return std::make_unique<NestedReader>(std::move(checked), location.content.bytes);
}

std::unique_ptr<MemberReader> decoded(const Location& location, std::unique_ptr<MemberReader> raw) {
  if (location.encoding == Encoding::kPlain) return raw;
  if (location.encoding == Encoding::kZipStored) return archived(location, std::move(raw));
  BlockInput input(std::move(raw), location.stored_bytes);
  switch (location.encoding) {
    case Encoding::kGzip:
      return std::make_unique<GzipReader>(std::move(input));
    case Encoding::kZstd:
      return std::make_unique<ZstdReader>(std::move(input));
    default:
      return archived(location, std::make_unique<DeflateReader>(std::move(input)));
  }
}

}  // namespace

std::unique_ptr<MemberReader> open_location(const Location& location, FileHandle file,
                                            std::string name, const Limits& limits) {
  auto raw = std::make_unique<RangeReader>(std::move(file), location.offset, location.stored_bytes);
  return std::make_unique<GuardedReader>(std::move(name), decoded(location, std::move(raw)),
                                         allowance_for(location.stored_bytes, limits));
}

}  // namespace fhirehose::source
