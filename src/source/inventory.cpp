#include "source/inventory.hpp"

#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/resource_key.hpp"
#include "source/directory.hpp"
#include "source/guarded_reader.hpp"
#include "source/printable.hpp"
#include "source/sniff.hpp"

namespace fhirehose::source {
namespace {

using core::ErrorKind;

std::uint64_t fingerprint_of(const FileState& state) {
  return core::stable_hash(fmt::format("{} {}", state.size, state.changed));
}

/// What the `bytes` bytes at `offset` of `file` are.
core::Result<Sniffed> sniff_at(const File& file, std::uint64_t offset, std::uint64_t bytes) {
  std::array<char, kSniffBytes> first{};
  const std::size_t wanted = bytes < first.size() ? static_cast<std::size_t>(bytes) : first.size();
  const auto got = file.read_at(offset, std::span(first).first(wanted));
  if (!got) return tl::unexpected<core::Error>(got.error());
  return sniff(std::span(first).first(*got));
}

Encoding encoding_of(Format format) {
  if (format == Format::kGzip) return Encoding::kGzip;
  return format == Format::kZstd ? Encoding::kZstd : Encoding::kPlain;
}

Encoding encoding_of(ZipMethod method) {
  return method == ZipMethod::kStored ? Encoding::kZipStored : Encoding::kZipDeflated;
}

/// What a member that lies in its archive uncompressed is. Of the others the first read tells:
/// inflating the start of each of 200,000 members would double the time that opening takes.
Sniffed sniff_stored(const File& archive, const ZipEntry& entry) {
  if (entry.method != ZipMethod::kStored || !entry.refused.empty()) return {};
  return sniff_at(archive, entry.offset, entry.stored_bytes).value_or(Sniffed{});
}

/// Why the caller's limits, or what it is, keep a sound entry out; empty: nothing does.
std::string why_refused(const ZipEntry& entry, const Sniffed& sniffed, const Limits& limits) {
  const Allowance allowance = allowance_for(entry.stored_bytes, limits);
  if (entry.content.bytes > allowance.bytes) return beyond(allowance);
  if (sniffed.format != Format::kZip && sniffed.format != Format::kForeign) return {};
  return fmt::format("is {} inside an archive, which is not read", sniffed.name);
}

/// `status` with the name of what it is about.
core::Status about(const std::filesystem::path& path, core::Status status) {
  if (status) return status;
  return core::fail(status.error().kind,
                    fmt::format("{}: {}", printable(path.native()), status.error().message));
}

}  // namespace

/// The archive whose entries are being added.
struct Inventory::Archive {
  std::string name;
  const File& file;
  std::uint32_t index;  ///< in `files`
  std::uint32_t source;
};

core::Status Inventory::add_source(const std::filesystem::path& path, std::uint32_t source) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return add_directory(path, source);
  return about(path, add_file(path, source));
}

core::Status Inventory::add_directory(const std::filesystem::path& path, std::uint32_t source) {
  const DirectoryVisitor visitor{
      .file = [&](const std::filesystem::path& file) -> core::Status {
        core::Status status = add_file(file, source);
        if (status || status.error().kind != ErrorKind::kReject) return about(file, status);
        problems.push_back({printable(file.native()), std::move(status.error().message)});
        return {};
      },
      .problem = [&](Problem problem) { problems.push_back(std::move(problem)); }};
  core::Status status = walk_directory(path, limits_.directory_depth, visitor);
  const bool told = status || status.error().kind != ErrorKind::kReject;
  return told ? status : about(path, std::move(status));
}

core::Status Inventory::add_file(const std::filesystem::path& path, std::uint32_t source) {
  auto file = open_file(path);
  if (!file) return tl::unexpected<core::Error>(std::move(file.error()));
  const FileState state = (*file)->state();
  const auto sniffed = sniff_at(**file, 0, state.size);
  if (!sniffed) return tl::unexpected<core::Error>(sniffed.error());
  if (sniffed->format == Format::kForeign) {
    return core::fail(ErrorKind::kReject,
                      fmt::format("is {}; zip, gzip, zstd and plain text are read", sniffed->name));
  }
  const std::uint32_t index = files->add(path, *file);
  std::string name = printable(path.native());
  if (sniffed->format == Format::kZip) return add_archive({name, **file, index, source});
  return add_member(
      {.name = std::move(name),
       .source = source,
       .stored_bytes = state.size,
       .bytes = sniffed->format == Format::kPlain ? std::optional(state.size) : std::nullopt,
       .fingerprint = fingerprint_of(state)},
      {.file = index,
       .encoding = encoding_of(sniffed->format),
       .offset = 0,
       .stored_bytes = state.size,
       .content = {}});
}

core::Status Inventory::add_archive(const Archive& archive) {
  auto entries = read_zip_directory(archive.file, limits_.members - members.size());
  if (!entries) return tl::unexpected<core::Error>(std::move(entries.error()));
  for (ZipEntry& entry : *entries) {
    if (core::Status status = add_entry(archive, std::move(entry)); !status) return status;
  }
  return {};
}

core::Status Inventory::add_entry(const Archive& archive, ZipEntry entry) {
  std::string name = fmt::format("{}!{}", archive.name, printable(entry.name));
  const Sniffed sniffed = sniff_stored(archive.file, entry);
  if (entry.refused.empty()) entry.refused = why_refused(entry, sniffed, limits_);
  if (!entry.refused.empty()) {
    problems.push_back({std::move(name), std::move(entry.refused)});
    return {};
  }
  const bool plain = sniffed.format == Format::kPlain;
  return add_member({.name = std::move(name),
                     .source = archive.source,
                     .stored_bytes = entry.stored_bytes,
                     .bytes = plain ? std::optional(entry.content.bytes) : std::nullopt,
                     .fingerprint = entry.content.crc},
                    {.file = archive.index,
                     .encoding = encoding_of(entry.method),
                     .offset = entry.offset,
                     .stored_bytes = entry.stored_bytes,
                     .content = entry.content});
}

core::Status Inventory::add_member(Member member, Location location) {
  if (members.size() >= limits_.members) {
    return core::fail(ErrorKind::kUsage,
                      fmt::format("is one more than the limit of {} members", limits_.members));
  }
  members.push_back(std::move(member));
  locations.push_back(location);
  return {};
}

}  // namespace fhirehose::source
