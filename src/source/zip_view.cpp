#include "source/zip_view.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "source/zip_start.hpp"

namespace fhirehose::source {
namespace {

// APPNOTE 4.3.12: a header of the central directory.
constexpr std::size_t kHeaderBytes = 46;
constexpr std::size_t kFlagsAt = 9;     // the upper byte
constexpr char kUtf8Flag = 0x08;        // 4.4.4, bit 11
constexpr std::size_t kLengthsAt = 28;  // of name, extra field and comment

/// Where the directory's headers say that their names are UTF-8.
std::vector<std::uint64_t> find_utf8_flags(const FileRange& archive) {
  const auto directory = find_zip_directory(archive);
  if (!directory) return {};
  std::vector<std::uint64_t> places;
  std::array<char, kHeaderBytes> header{};
  for (std::uint64_t at = directory->begin; at + kHeaderBytes <= directory->end;) {
    const auto got = archive.read_at(at, header);
    if (!got || *got != kHeaderBytes) break;
    if ((header[kFlagsAt] & kUtf8Flag) != 0) places.push_back(at + kFlagsAt);
    at += kHeaderBytes;
    for (std::size_t i = kLengthsAt; i < kLengthsAt + 6; i += 2) {
      at += static_cast<unsigned char>(header[i]) |
            static_cast<std::uint64_t>(static_cast<unsigned char>(header[i + 1])) << 8;
    }
  }
  return places;
}

core::Error meaning_of(zip_error_t* error) {
  if (zip_error_code_zip(error) == ZIP_ER_NOZIP) {
    return {core::ErrorKind::kReject,
            "is a zip archive without its directory, which stands at the end: it is truncated"};
  }
  return {core::ErrorKind::kReject,
          fmt::format("is a zip archive that can't be read: {}", zip_error_strerror(error))};
}

}  // namespace

ZipView::ZipView(FileRange archive) : range_(std::move(archive)) { zip_error_init(&error_); }

ZipView::~ZipView() {
  if (archive_ != nullptr) zip_discard(archive_);
  zip_error_fini(&error_);
}

core::Result<std::unique_ptr<ZipView>> ZipView::open(const FileRange& archive) {
  auto view = open(archive, Names::kAsFlagged);
  if (view) return view;
  // One name that is flagged falsely is one too many for libzip.
  auto guessing = open(archive, Names::kGuessed);
  return guessing ? std::move(guessing) : std::move(view);
}

core::Result<std::unique_ptr<ZipView>> ZipView::open(const FileRange& archive, Names names) {
  // On the heap, for libzip keeps its address.
  std::unique_ptr<ZipView> view(new ZipView(archive));
  if (names == Names::kGuessed) view->utf8_flags_ = find_utf8_flags(archive);
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* const bytes = zip_source_function_create(&ZipView::serve, view.get(), &error);
  if (bytes == nullptr) throw std::bad_alloc();
  view->archive_ = zip_open_from_source(bytes, ZIP_RDONLY, &error);
  if (view->archive_ != nullptr) return view;
  // The source is libzip's once the archive is open, and ours as long as it is not.
  zip_source_free(bytes);
  core::Error cause = meaning_of(&error);
  zip_error_fini(&error);
  return tl::unexpected<core::Error>(std::move(cause));
}

core::Result<std::uint64_t> ZipView::locate(zip_uint64_t index) {
  // ZIP_FL_COMPRESSED: no decoder between, so one byte asked for is one byte read here.
  zip_file_t* const member = zip_fopen_index(archive_, index, ZIP_FL_COMPRESSED);
  char first = 0;
  const zip_int64_t got = member == nullptr ? -1 : zip_fread(member, &first, 1);
  if (member != nullptr) zip_fclose(member);
  if (got == 1) return last_read_;
  return core::fail(core::ErrorKind::kReject,
                    "its header is not where the archive's directory says");
}

zip_int64_t ZipView::serve(void* self, void* data, zip_uint64_t length, zip_source_cmd_t command) {
  auto& view = *static_cast<ZipView*>(self);
  switch (command) {
    case ZIP_SOURCE_OPEN:
      view.position_ = 0;
      return 0;
    case ZIP_SOURCE_READ:
      return view.read(data, length);
    case ZIP_SOURCE_SEEK:
      return view.seek(data, length);
    case ZIP_SOURCE_TELL:
      return static_cast<zip_int64_t>(view.position_);
    case ZIP_SOURCE_STAT:
      return view.describe(data);
    case ZIP_SOURCE_ERROR:
      return zip_error_to_data(&view.error_, data, length);
    case ZIP_SOURCE_SUPPORTS:
      return zip_source_make_command_bitmap(
          ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR,
          ZIP_SOURCE_FREE, ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL, ZIP_SOURCE_SUPPORTS, -1);
    case ZIP_SOURCE_CLOSE:
    case ZIP_SOURCE_FREE:
      return 0;
    default:
      zip_error_set(&view.error_, ZIP_ER_OPNOTSUPP, 0);
      return -1;
  }
}

zip_int64_t ZipView::read(void* data, zip_uint64_t length) {
  const auto got = range_.read_at(position_, {static_cast<char*>(data), length});
  if (!got) {
    zip_error_set(&error_, ZIP_ER_READ, EIO);
    return -1;
  }
  hide_utf8_flags(position_, {static_cast<char*>(data), *got});
  last_read_ = position_;
  position_ += *got;
  return static_cast<zip_int64_t>(*got);
}

void ZipView::hide_utf8_flags(std::uint64_t from, std::span<char> bytes) const {
  for (auto at = std::ranges::lower_bound(utf8_flags_, from);
       at != utf8_flags_.end() && *at < from + bytes.size(); ++at) {
    bytes[*at - from] = static_cast<char>(bytes[*at - from] & ~kUtf8Flag);
  }
}

zip_int64_t ZipView::seek(void* data, zip_uint64_t length) {
  const zip_int64_t to =
      zip_source_seek_compute_offset(position_, range_.bytes, data, length, &error_);
  if (to < 0) return -1;
  position_ = static_cast<zip_uint64_t>(to);
  return 0;
}

zip_int64_t ZipView::describe(void* data) const {
  auto* const status = static_cast<zip_stat_t*>(data);
  zip_stat_init(status);
  status->size = range_.bytes;
  status->valid |= ZIP_STAT_SIZE;
  return sizeof(zip_stat_t);
}

}  // namespace fhirehose::source
