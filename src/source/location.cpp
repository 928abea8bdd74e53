#include "source/location.hpp"

#include <utility>

#include "source/deflate_reader.hpp"
#include "source/gzip_reader.hpp"
#include "source/nested_reader.hpp"
#include "source/range_reader.hpp"
#include "source/zstd_reader.hpp"

namespace fhirehose::source {
namespace {

bool is_archived(Encoding encoding) {
  return encoding == Encoding::kZipStored || encoding == Encoding::kZipDeflated ||
         encoding == Encoding::kZipZstd;
}

std::unique_ptr<MemberReader> decoded(const Location& location, std::unique_ptr<MemberReader> raw) {
  if (location.encoding == Encoding::kPlain || location.encoding == Encoding::kZipStored) {
    return raw;
  }
  BlockInput input(std::move(raw), location.stored_bytes);
  switch (location.encoding) {
    case Encoding::kGzip:
      return std::make_unique<GzipReader>(std::move(input));
    case Encoding::kZstd:
    case Encoding::kZipZstd:
      return std::make_unique<ZstdReader>(std::move(input));
    default:
      return std::make_unique<DeflateReader>(std::move(input));
  }
}

}  // namespace

std::unique_ptr<MemberReader> open_content(const Location& location, FileHandle file) {
  auto raw = std::make_unique<RangeReader>(std::move(file), location.offset, location.stored_bytes);
  auto content = decoded(location, std::move(raw));
  if (!is_archived(location.encoding)) return content;
  return std::make_unique<CheckedReader>(std::move(content), location.content);
}

std::unique_ptr<MemberReader> open_location(const Location& location, FileHandle file) {
  auto content = open_content(location, std::move(file));
  if (location.encoding == Encoding::kPlain) return content;
  if (is_archived(location.encoding)) {
    return std::make_unique<NestedReader>(std::move(content), location.content.bytes,
                                          Wrapper::kArchive);
  }
  return std::make_unique<NestedReader>(std::move(content), location.stored_bytes,
                                        Wrapper::kCompressed);
}

}  // namespace fhirehose::source
