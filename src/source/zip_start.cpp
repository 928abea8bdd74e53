#include "source/zip_start.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace fhirehose::source {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kEndBytes = 22;
constexpr std::size_t kMostComment = 0xFFFF;
constexpr std::size_t kLocatorBytes = 20;
constexpr std::size_t kEnd64Bytes = 56;

/// Where a directory says it is.
struct Claim {
  std::uint64_t bytes;   ///< of the directory
  std::uint64_t offset;  ///< of the directory, from the archive's start
  std::size_t end;       ///< of the directory, in the tail
};

std::uint64_t number(std::string_view text, std::size_t at, std::size_t width) {
  std::uint64_t value = 0;
  for (std::size_t i = width; i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(text[at + i]);
  }
  return value;
}

constexpr std::size_t kCommentLengthAt = 20;

std::uint64_t comment_length(std::string_view tail, std::size_t end) {
  return number(tail, end + kCommentLengthAt, 2);
}

/// The last record before `before` whose comment fits behind it; npos: there is none.
std::size_t find_end(std::string_view tail, std::size_t before) {
  std::size_t at = before;
  do {
    at = at == 0 ? std::string_view::npos : tail.rfind("PK\x05\x06"sv, at - 1);
  } while (
      at != std::string_view::npos &&
      (at + kEndBytes > tail.size() || at + kEndBytes + comment_length(tail, at) > tail.size()));
  return at;
}

/// zip64 has a second record and a pointer to it before the first.
bool is_zip64(std::string_view tail, std::size_t end) {
  return end >= kLocatorBytes + kEnd64Bytes &&
         tail.substr(end - kLocatorBytes).starts_with("PK\x06\x07"sv) &&
         tail.substr(end - kLocatorBytes - kEnd64Bytes).starts_with("PK\x06\x06"sv);
}

Claim claim_of(std::string_view tail, std::size_t end) {
  if (!is_zip64(tail, end)) return {number(tail, end + 12, 4), number(tail, end + 16, 4), end};
  const std::size_t end64 = end - kLocatorBytes - kEnd64Bytes;
  return {number(tail, end64 + 40, 8), number(tail, end64 + 48, 8), end64};
}

bool has_directory_at(const FileRange& range, std::uint64_t offset) {
  std::string signature(4, '\0');
  const auto got = range.read_at(offset, signature);
  return got && *got == signature.size() && signature == "PK\x01\x02"sv;
}

/// Of the record at `end` of the range's tail. nullopt: there is none where it says.
std::optional<ZipDirectoryPlace> directory_before(const FileRange& range, std::string_view tail,
                                                  std::size_t end) {
  const std::uint64_t tail_at = range.bytes - tail.size();
  const Claim claim = claim_of(tail, end);
  const std::uint64_t directory_end = tail_at + claim.end;
  if (claim.bytes > directory_end || claim.offset > directory_end - claim.bytes) {
    return std::nullopt;
  }
  const std::uint64_t directory = directory_end - claim.bytes;
  if (claim.bytes > 0 && !has_directory_at(range, directory)) return std::nullopt;
  const std::uint64_t archive_end = tail_at + end + kEndBytes + comment_length(tail, end);
  return ZipDirectoryPlace{directory - claim.offset, directory, directory_end, archive_end};
}

}  // namespace

std::optional<ZipDirectoryPlace> find_zip_directory(const FileRange& range) {
  std::string tail(
      std::min<std::uint64_t>(range.bytes, kMostComment + kEndBytes + kLocatorBytes + kEnd64Bytes),
      '\0');
  const std::uint64_t tail_at = range.bytes - tail.size();
  const auto got = range.read_at(tail_at, tail);
  if (!got || *got != tail.size()) return std::nullopt;
  // A comment may hold what looks like a record, or the whole of an archive of nothing.
  std::optional<ZipDirectoryPlace> of_nothing;
  for (std::size_t end = find_end(tail, tail.size()); end != std::string_view::npos;
       end = find_end(tail, end)) {
    const auto place = directory_before(range, tail, end);
    if (place && place->begin < place->end) return place;
    if (!of_nothing) of_nothing = place;
  }
  return of_nothing;
}

bool holds_more_than_padding(const FileRange& range, std::uint64_t from) {
  std::string rest(std::min<std::uint64_t>(range.bytes - from, kMostComment), '\0');
  const auto got = range.read_at(from, rest);
  return got && rest.find_first_not_of("\0 \t\r\n"sv) != std::string::npos;
}

std::optional<std::uint64_t> find_zip_start(const FileRange& range) {
  const auto directory = find_zip_directory(range);
  return directory ? std::optional(directory->archive) : std::nullopt;
}

}  // namespace fhirehose::source
