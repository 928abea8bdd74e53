#include "source/sniff.hpp"

#include <algorithm>
#include <array>

#include "core/resource_type.hpp"

namespace fhirehose::source {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::string_view bytes;
  Sniffed meaning;
};

/// The first that fits counts.
constexpr std::array kMagics = {
    Magic{"PK\x03\x04"sv, {Format::kZip, "a zip archive"}},
    Magic{"PK\x05\x06"sv, {Format::kZip, "a zip archive"}},
    Magic{"PK\x07\x08"sv, {Format::kZip, "a zip archive"}},
    Magic{"\x1F\x8B"sv, {Format::kGzip, "a gzip file"}},
    Magic{"\x28\xB5\x2F\xFD"sv, {Format::kZstd, "a zstd file"}},
    Magic{"BZh"sv, {Format::kForeign, "a bzip2 file"}},
    Magic{"\xFD\x37zXZ\x00"sv, {Format::kForeign, "an xz file"}},
    Magic{"7z\xBC\xAF\x27\x1C"sv, {Format::kForeign, "a 7z archive"}},
    Magic{"Rar!\x1A\x07"sv, {Format::kForeign, "a rar archive"}},
    Magic{"PAR1"sv, {Format::kForeign, "a Parquet file"}},
    Magic{"%PDF-"sv, {Format::kForeign, "a PDF file"}},
    Magic{"SQLite format 3\x00"sv, {Format::kForeign, "an SQLite database"}},
    Magic{"\xFF\xFE"sv, {Format::kForeign, "text in UTF-16, where FHIR is UTF-8"}},
    Magic{"\xFE\xFF"sv, {Format::kForeign, "text in UTF-16, where FHIR is UTF-8"}},
};

/// 0x184D2A50 to 0x184D2A5F, the last byte first (RFC 8878, 3.1.2).
bool is_skippable_zstd_frame(std::string_view text) {
  return text.size() >= 4 && (text[0] & 0xF0) == 0x50 && text.substr(1, 3) == "\x2A\x4D\x18"sv;
}

/// POSIX.1-2017, pax, ustar header block. A header pads with NULs what it names before its magic;
/// text, which may have the magic's letters in that place ("mustard"), has none.
bool is_tar(std::string_view text) {
  constexpr std::size_t kMagicAt = 257;
  return text.size() > kMagicAt && text.substr(kMagicAt).starts_with("ustar"sv) &&
         text.substr(0, kMagicAt).find('\0') != std::string_view::npos;
}

constexpr std::string_view kBlanks = " \t\r\n";

std::string_view without_byte_order_marks(std::string_view text) {
  while (text.starts_with("\xEF\xBB\xBF"sv)) text.remove_prefix(3);
  return text;
}

/// The first start tag of XML, as far as it is there, without its brackets; empty: it is no XML.
std::string_view root_tag(std::string_view text) {
  text = without_byte_order_marks(text);
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    if (!text.starts_with('<')) return {};
    const bool comment = text.starts_with("<!--");
    const std::string_view closing = comment ? "-->" : ">";
    const std::size_t end = text.find(closing);
    const std::string_view tag = text.substr(1, end - 1);
    if (!tag.starts_with('?') && !tag.starts_with('!')) return tag;
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + closing.size());
  }
}

/// FHIR's other form (http://hl7.org/fhir/R4/xml.html).
bool is_fhir_xml(std::string_view text) {
  const std::string_view tag = root_tag(text);
  std::string_view name = tag.substr(0, tag.find_first_of(" \t\r\n/"));
  name.remove_prefix(name.find(':') + 1);
  return core::find_resource_type(name) &&
         tag.find("http://hl7.org/fhir") != std::string_view::npos;
}

}  // namespace

Sniffed sniff(std::span<const char> first) {
  const std::string_view text(first.data(), first.size());
  for (const Magic& magic : kMagics) {
    if (text.starts_with(magic.bytes)) return magic.meaning;
  }
  if (is_tar(text)) return {Format::kForeign, "a tar archive"};
  if (is_skippable_zstd_frame(text)) return {Format::kZstd, "a zstd file"};
  if (is_fhir_xml(text)) return {Format::kForeign, "FHIR in XML, not in JSON"};
  return {};
}

bool may_hold_json(std::string_view text) {
  text = without_byte_order_marks(text);
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
