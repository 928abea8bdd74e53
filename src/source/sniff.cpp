#include "source/sniff.hpp"

#include <array>

namespace fhirehose::source {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::size_t offset;
  std::string_view bytes;
  Sniffed meaning;
};

/// The first that fits counts.
constexpr std::array kMagics = {
    Magic{0, "PK\x03\x04"sv, {Format::kZip, "a zip archive"}},
    Magic{0, "PK\x05\x06"sv, {Format::kZip, "a zip archive"}},
    Magic{0, "PK\x07\x08"sv, {Format::kZip, "a zip archive"}},
    Magic{0, "\x1F\x8B"sv, {Format::kGzip, "a gzip file"}},
    Magic{0, "\x28\xB5\x2F\xFD"sv, {Format::kZstd, "a zstd file"}},
    Magic{0, "BZh"sv, {Format::kForeign, "a bzip2 file"}},
    Magic{0, "\xFD\x37zXZ\x00"sv, {Format::kForeign, "an xz file"}},
    Magic{0, "7z\xBC\xAF\x27\x1C"sv, {Format::kForeign, "a 7z archive"}},
    Magic{0, "Rar!\x1A\x07"sv, {Format::kForeign, "a rar archive"}},
    Magic{0, "PAR1"sv, {Format::kForeign, "a Parquet file"}},
    Magic{0, "%PDF-"sv, {Format::kForeign, "a PDF file"}},
    Magic{0, "SQLite format 3\x00"sv, {Format::kForeign, "an SQLite database"}},
    Magic{0, "\xFF\xFE"sv, {Format::kForeign, "text in UTF-16, where FHIR is UTF-8"}},
    Magic{0, "\xFE\xFF"sv, {Format::kForeign, "text in UTF-16, where FHIR is UTF-8"}},
    Magic{257, "ustar"sv, {Format::kForeign, "a tar archive"}},
};

/// 0x184D2A50 to 0x184D2A5F, the last byte first (RFC 8878, 3.1.2).
bool is_skippable_zstd_frame(std::string_view text) {
  return text.size() >= 4 && (text[0] & 0xF0) == 0x50 && text.substr(1, 3) == "\x2A\x4D\x18"sv;
}

}  // namespace

Sniffed sniff(std::span<const char> first) {
  const std::string_view text(first.data(), first.size());
  for (const Magic& magic : kMagics) {
    if (text.size() >= magic.offset && text.substr(magic.offset).starts_with(magic.bytes)) {
      return magic.meaning;
    }
  }
  if (is_skippable_zstd_frame(text)) return {Format::kZstd, "a zstd file"};
  return {};
}

bool may_hold_json(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  while (text.starts_with("\xEF\xBB\xBF"sv)) text.remove_prefix(3);
  std::size_t at = text.find_first_not_of(kBlanks);
  if (at == std::string_view::npos) return true;
  while (at != std::string_view::npos) {
    if (text[at] == '{' || text[at] == '[') return true;
    const std::size_t end = text.find('\n', at);
    at = end == std::string_view::npos ? end : text.find_first_not_of(kBlanks, end);
  }
  return false;
}

}  // namespace fhirehose::source
