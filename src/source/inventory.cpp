#include "source/inventory.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "core/resource_key.hpp"
#include "source/directory.hpp"
#include "source/distinct_names.hpp"
#include "source/guarded_reader.hpp"
#include "source/peek.hpp"
#include "source/printable.hpp"
#include "source/standard_input.hpp"
#include "source/zip_start.hpp"

namespace fhirehose::source {
namespace {

using core::ErrorKind;

constexpr std::string_view kStandardInputName = "standard input";

constexpr std::string_view kNoJson = "is no JSON: left out";

/// About something that `why` says can't be read.
Problem problem_of(std::string where, std::string why) {
  const bool holds_none = why == kNoJson;
  return {std::move(where), std::move(why), holds_none};
}

std::uint64_t fingerprint_of(const FileState& state) {
  return core::stable_hash(fmt::format("{} {}", state.size, state.changed));
}

/// What `file` is. At its end an archive may tell of itself that has a program before it.
core::Result<Sniffed> sniff_file(const FileRange& file) {
  std::array<char, kSniffBytes> first{};
  const auto got = file.read_at(0, first);
  if (!got) return tl::unexpected<core::Error>(got.error());
  const Sniffed sniffed = sniff(std::span(first).first(*got));
  if (sniffed.format != Format::kPlain || may_hold_json({first.data(), *got})) return sniffed;
  if (find_zip_start(file)) return Sniffed{Format::kZip, "a zip archive"};
  return sniffed;
}

/// Why a file that nobody will read is none to read; empty: it is one.
std::string why_unreadable(const Sniffed& sniffed) {
  if (sniffed.format == Format::kNoJson) return std::string(kNoJson);
  if (sniffed.format == Format::kProgram) {
    return "is a program; if it is a self-extracting archive, put it beside this one or unpack it";
  }
  if (sniffed.format != Format::kForeign) return {};
  return fmt::format("is {}; zip, gzip, zstd and plain text are read", sniffed.name);
}

Encoding encoding_of(Format format) {
  if (format == Format::kGzip) return Encoding::kGzip;
  return format == Format::kZstd ? Encoding::kZstd : Encoding::kPlain;
}

Encoding encoding_of(ZipMethod method) {
  if (method == ZipMethod::kStored) return Encoding::kZipStored;
  return method == ZipMethod::kZstd ? Encoding::kZipZstd : Encoding::kZipDeflated;
}

/// Whether its name and its size in the archive leave no doubt that an entry is JSON text.
/// Inflating the start of each of 200,000 members would double the time that opening takes; so only
/// those are looked into that are named otherwise, or are hardly smaller compressed, as gzip in
/// deflate is. Where that errs, the first read tells.
bool is_surely_json(const ZipEntry& entry) {
  return is_named_as_json(entry.name) && entry.method != ZipMethod::kStored &&
         entry.stored_bytes < entry.content.bytes - entry.content.bytes / 5;
}

Sniffed look_into(const FileHandle& archive, const ZipEntry& entry, const Location& location) {
  if (entry.content.bytes == 0 || is_surely_json(entry)) return {};
  const Sniffed seen = peek(*open_content(location, archive));
  const bool no_json = seen.format == Format::kNoJson || seen.format == Format::kProgram;
  return no_json && is_named_as_json(entry.name) ? Sniffed{} : seen;
}

Location location_of(const ZipEntry& entry, std::uint32_t file, std::uint64_t archive_offset) {
  return {.file = file,
          .encoding = encoding_of(entry.method),
          .offset = archive_offset + entry.offset,
          .stored_bytes = entry.stored_bytes,
          .content = entry.content};
}

/// Why a sound entry would be a bomb; empty: it would not.
std::string why_refused(const ZipEntry& entry, const Limits& limits) {
  const Allowance allowance = allowance_for(entry.stored_bytes, limits);
  return entry.content.bytes > allowance.bytes ? beyond(allowance) : std::string();
}

/// `status` with the name of what it is about.
core::Status with_name(std::string_view name, core::Status status) {
  if (status) return status;
  return core::fail(status.error().kind, fmt::format("{}: {}", name, status.error().message));
}

core::Status about(const std::filesystem::path& path, core::Status status) {
  return with_name(printable(path.native()), std::move(status));
}

}  // namespace

/// A file, or what was spooled: an archive, or a member itself.
struct Inventory::Usable {
  std::string name = {};
  FileRange range;
  std::uint32_t index = 0;  ///< in `files`
  std::uint32_t source = 0;
  std::uint64_t fingerprint = 0;
};

/// The archive whose entries are being added.
struct Inventory::Archive {
  enum class Depth : std::uint8_t { kOuter, kInner };
  std::string name;
  FileRange range;
  std::uint32_t index;  ///< in `files`
  std::uint32_t source;
  Depth depth = Depth::kOuter;
};

/// An entry of an archive, and where its bytes lie.
struct Inventory::Found {
  std::string name;  ///< for people
  ZipEntry entry;
  Location location;
};

core::Status Inventory::add_source(const std::filesystem::path& path, std::uint32_t source) {
  if (path == kStandardInput) return with_name(kStandardInputName, add_standard_input(source));
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return add_directory(path, source);
  return about(path, add_file(path, source, Named::kByCaller));
}

core::Status Inventory::add_directory(const std::filesystem::path& path, std::uint32_t source) {
  const DirectoryVisitor visitor{
      .file = [&](const std::filesystem::path& file) -> core::Status {
        core::Status status = add_file(file, source, Named::kByFolder);
        if (status || status.error().kind != ErrorKind::kReject) return about(file, status);
        problems.push_back(problem_of(printable(file.native()), std::move(status.error().message)));
        return {};
      },
      .problem = [&](Problem problem) { problems.push_back(std::move(problem)); },
      .left_out = limits_.left_out};
  core::Status status = walk_directory(path, limits_.directory_depth, visitor);
  const bool told = status || status.error().kind != ErrorKind::kReject;
  return told ? status : about(path, std::move(status));
}

core::Status Inventory::add_file(const std::filesystem::path& path, std::uint32_t source,
                                 Named named) {
  auto file = open_file(path);
  if (!file) return tl::unexpected<core::Error>(std::move(file.error()));
  const FileState state = (*file)->state();
  const FileRange range{.file = *file, .offset = 0, .bytes = state.size};
  auto sniffed = sniff_file(range);
  if (!sniffed) return tl::unexpected<core::Error>(sniffed.error());
  // What the caller named is meant to be data, and its bad lines are to be seen as such.
  if (named == Named::kByFolder && sniffed->format == Format::kPlain &&
      !is_named_as_json(path.native())) {
    sniffed = peek(*open_content({.stored_bytes = state.size}, *file));
    // At its end there was no archive.
    if (sniffed->format == Format::kProgram) sniffed->format = Format::kNoJson;
  }
  if (std::string why = why_unreadable(*sniffed); !why.empty()) {
    return core::fail(ErrorKind::kReject, std::move(why));
  }
  return add_usable({.name = printable(path.native()),
                     .range = range,
                     .index = files->add(path, *file),
                     .source = source,
                     .fingerprint = fingerprint_of(state)},
                    sniffed->format);
}

core::Status Inventory::add_standard_input(std::uint32_t source) {
  if (std::exchange(has_standard_input_, true)) {
    return core::fail(ErrorKind::kUsage, "is named twice");
  }
  auto usable = standard_input();
  if (!usable) return tl::unexpected<core::Error>(std::move(usable.error()));
  const auto sniffed = sniff_file(usable->range);
  if (!sniffed) return tl::unexpected<core::Error>(sniffed.error());
  if (std::string why = why_unreadable(*sniffed); !why.empty()) {
    return core::fail(ErrorKind::kReject, std::move(why));
  }
  usable->name = kStandardInputName;
  usable->source = source;
  return add_usable(*std::move(usable), sniffed->format);
}

/// What can be read only once goes to scratch, for it is read twice.
core::Result<Inventory::Usable> Inventory::standard_input() {
  const auto file = file_behind(STDIN_FILENO);
  if (!file) return tl::unexpected<core::Error>(file.error());
  if (*file) {
    const FileHandle& handle = (*file)->file;
    return Usable{.range = **file,
                  .index = files->pin(handle),
                  .fingerprint = fingerprint_of(handle->state())};
  }
  const auto scratch = spool();
  if (!scratch) return tl::unexpected<core::Error>(scratch.error());
  StreamReader stream(STDIN_FILENO, stop_);
  auto range = (*scratch)->append(stream, limits_.spooled_bytes,
                                  {.before = "", .behind = "write it to a file and name that"});
  if (!range) return tl::unexpected<core::Error>(std::move(range.error()));
  return Usable{
      .range = *std::move(range), .index = spool_index_, .fingerprint = stream.fingerprint()};
}

core::Status Inventory::add_usable(Usable usable, Format format) {
  const FileRange& range = usable.range;
  if (format == Format::kZip) {
    return add_archive({.name = std::move(usable.name),
                        .range = range,
                        .index = usable.index,
                        .source = usable.source});
  }
  return add_member({.name = std::move(usable.name),
                     .source = usable.source,
                     .stored_bytes = range.bytes,
                     .bytes = format == Format::kPlain ? std::optional(range.bytes) : std::nullopt,
                     .fingerprint = usable.fingerprint},
                    {.file = usable.index,
                     .encoding = encoding_of(format),
                     .offset = range.offset,
                     .stored_bytes = range.bytes});
}

/// What stands before an archive is a program, or nothing that anybody meant; but another archive
/// has members.
void Inventory::note_archive_before(const Archive& archive, std::uint64_t start) {
  std::array<char, kSniffBytes> first{};
  const auto got = archive.range.read_at(0, first);
  if (start == 0 || !got || sniff(std::span(first).first(*got)).format != Format::kZip) return;
  problems.push_back(
      problem_of(archive.name, fmt::format("its first {} bytes are another zip archive, which is "
                                           "not read: put them into a file of their own",
                                           start)));
}

/// Of two archives in a row libzip may see the first alone.
void Inventory::note_rest_behind(const Archive& archive, std::uint64_t end) {
  if (end >= archive.range.bytes || !holds_more_than_padding(archive.range, end)) return;
  problems.push_back(problem_of(
      archive.name, fmt::format("its last {} bytes follow the end of the zip archive, and are not "
                                "read",
                                archive.range.bytes - end)));
}

core::Status Inventory::add_archive(const Archive& archive) {
  const auto place = find_zip_directory(archive.range);
  const std::uint64_t start = place ? place->archive : 0;
  note_archive_before(archive, start);
  if (place) note_rest_behind(archive, place->archive_end);
  const FileRange range{.file = archive.range.file,
                        .offset = archive.range.offset + start,
                        .bytes = archive.range.bytes - start};
  // What is refused takes memory too.
  const std::size_t found = std::min(limits_.members, members.size() + problems.size());
  auto entries = read_zip_directory(range, limits_.members - found);
  if (!entries) return tl::unexpected<core::Error>(std::move(entries.error()));
  DistinctNames names;
  for (ZipEntry& entry : *entries) {
    std::string name = names.make_distinct(printable(entry.name));
    const Location location = location_of(entry, archive.index, range.offset);
    name = fmt::format("{}!{}", archive.name, name);
    if (core::Status status = add_entry(archive, {std::move(name), std::move(entry), location});
        !status) {
      return status;
    }
  }
  return {};
}

core::Status Inventory::add_entry(const Archive& archive, Found&& found) {
  auto& [name, entry, location] = found;
  if (entry.refused.empty()) entry.refused = why_refused(entry, limits_);
  Sniffed sniffed;
  if (entry.refused.empty()) sniffed = look_into(archive.range.file, entry, location);
  if (entry.refused.empty()) entry.refused = why_unreadable(sniffed);
  if (!entry.refused.empty()) {
    problems.push_back(problem_of(std::move(name), std::move(entry.refused)));
    return {};
  }
  if (sniffed.format == Format::kZip) return add_inner(archive, std::move(name), location);
  const bool plain = sniffed.format == Format::kPlain;
  return add_member({.name = std::move(name),
                     .source = archive.source,
                     .stored_bytes = entry.stored_bytes,
                     .bytes = plain ? std::optional(entry.content.bytes) : std::nullopt,
                     .fingerprint = entry.content.crc},
                    location);
}

core::Status Inventory::add_inner(const Archive& outer, std::string name,
                                  const Location& location) {
  core::Status status;
  if (outer.depth == Archive::Depth::kInner) {
    status = core::fail(ErrorKind::kReject,
                        "is a zip archive inside an archive inside an archive; one level is read: "
                        "unpack the outermost one first");
  } else if (auto range = unwrapped(outer, location); !range) {
    status = tl::unexpected<core::Error>(std::move(range.error()));
  } else {
    const bool spooled = location.encoding != Encoding::kZipStored;
    status = add_archive({.name = name,
                          .range = *std::move(range),
                          .index = spooled ? spool_index_ : outer.index,
                          .source = outer.source,
                          .depth = Archive::Depth::kInner});
  }
  // Its neighbours are read nevertheless.
  if (status || status.error().kind != ErrorKind::kReject) return status;
  problems.push_back({std::move(name), std::move(status.error().message)});
  return {};
}

core::Result<FileRange> Inventory::unwrapped(const Archive& outer, const Location& location) {
  if (location.encoding == Encoding::kZipStored) {
    return FileRange{outer.range.file, location.offset, location.stored_bytes};
  }
  const auto scratch = spool();
  if (!scratch) return tl::unexpected<core::Error>(scratch.error());
  GuardedReader content(
      {.name = "its content", .allowance = allowance_for(location.stored_bytes, limits_)},
      open_content(location, outer.range.file));
  return (*scratch)->append(
      content, limits_.spooled_bytes,
      {.before = "is an archive inside an archive that ", .behind = "unpack the outer one first"});
}

core::Result<Spool*> Inventory::spool() {
  if (!spool_) {
    auto opened = Spool::open();
    if (!opened) return tl::unexpected<core::Error>(std::move(opened.error()));
    spool_ = *std::move(opened);
    spool_index_ = files->pin(spool_->file());
  }
  return spool_.get();
}

core::Status Inventory::add_member(Member member, Location location) {
  if (members.size() >= limits_.members) {
    return core::fail(ErrorKind::kUsage,
                      fmt::format("is one more than the limit of {} members", limits_.members));
  }
  const std::uint64_t bytes = member.bytes.value_or(0);
  if (bytes > limits_.total_bytes - known_bytes_) {
    return core::fail(ErrorKind::kUsage,
                      fmt::format("brings the sum of all members beyond the limit of {}",
                                  core::format_byte_size(limits_.total_bytes)));
  }
  known_bytes_ += bytes;
  members.push_back(std::move(member));
  locations.push_back(location);
  return {};
}

}  // namespace fhirehose::source
