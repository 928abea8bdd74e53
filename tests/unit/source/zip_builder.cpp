#include "zip_builder.hpp"

#include "compressed.hpp"

namespace fhirehose::source::testing {
namespace {

class Bytes {
 public:
  Bytes& number(std::uint64_t value, int width) {
    for (int i = 0; i < width; ++i, value >>= 8) text += static_cast<char>(value & 0xFF);
    return *this;
  }
  Bytes& append(std::string_view more) {
    text += more;
    return *this;
  }
  std::string text;
};

struct Placed {
  std::uint64_t offset = 0;
  std::string raw;
  std::uint32_t crc = 0;
  std::uint64_t bytes = 0;
};

std::string raw_of(const ZipMember& member) {
  if (member.method == 8) return deflated(member.content);
  return member.method == 93 ? zstd_frame(member.content) : member.content;
}

Placed place(const ZipMember& member, std::uint64_t offset) {
  return {.offset = offset,
          .raw = raw_of(member) + member.behind,
          .crc = member.crc.value_or(crc_of(member.content)),
          .bytes = member.bytes.value_or(member.content.size())};
}

void append_local(const ZipMember& member, const Placed& placed, Bytes& out) {
  out.number(0x04034B50, 4).number(45, 2).number(member.flags, 2).number(member.method, 2);
  out.number(0, 4).number(placed.crc, 4).number(placed.raw.size(), 4);
  out.number(placed.bytes, 4).number(member.name.size(), 2).number(0, 2);
  out.append(member.name).append(placed.raw);
}

/// With zip64 the three numbers stand in the extra field 1 (APPNOTE 4.5.3).
void append_central(const ZipMember& member, const Placed& placed, ZipStyle style, Bytes& out) {
  const bool zip64 = style == ZipStyle::kZip64;
  const std::uint64_t escaped = 0xFFFFFFFF;
  out.number(0x02014B50, 4).number(0x0300 | 45, 2).number(45, 2).number(member.flags, 2);
  out.number(member.method, 2).number(0, 4).number(placed.crc, 4);
  out.number(zip64 ? escaped : placed.raw.size(), 4).number(zip64 ? escaped : placed.bytes, 4);
  out.number(member.name.size(), 2).number(zip64 ? 28 : 0, 2).number(0, 2).number(0, 4);
  out.number(std::uint64_t{member.unix_mode} << 16, 4).number(zip64 ? escaped : placed.offset, 4);
  out.append(member.name);
  if (!zip64) return;
  out.number(1, 2).number(24, 2);
  out.number(placed.bytes, 8).number(placed.raw.size(), 8).number(placed.offset, 8);
}

void append_end(std::size_t members, std::uint64_t start, ZipStyle style, Bytes& out) {
  const std::uint64_t end = out.text.size();
  const bool zip64 = style == ZipStyle::kZip64;
  if (zip64) {
    out.number(0x06064B50, 4).number(44, 8).number(45, 2).number(45, 2).number(0, 8);
    out.number(members, 8).number(members, 8).number(end - start, 8).number(start, 8);
    out.number(0x07064B50, 4).number(0, 4).number(end, 8).number(1, 4);
  }
  out.number(0x06054B50, 4).number(0, 4);
  out.number(zip64 ? 0xFFFF : members, 2).number(zip64 ? 0xFFFF : members, 2);
  out.number(zip64 ? 0xFFFFFFFF : end - start, 4).number(zip64 ? 0xFFFFFFFF : start, 4);
  out.number(0, 2);
}

}  // namespace

std::string build_zip(const std::vector<ZipMember>& members, ZipStyle style) {
  Bytes out;
  std::vector<Placed> placed;
  for (const ZipMember& member : members) {
    if (member.shares) {
      placed.push_back(placed[*member.shares]);
      continue;
    }
    placed.push_back(place(member, out.text.size()));
    append_local(member, placed.back(), out);
  }
  const std::uint64_t start = out.text.size();
  for (std::size_t i = 0; i < members.size(); ++i) {
    append_central(members[i], placed[i], style, out);
  }
  append_end(members.size(), start, style, out);
  return out.text;
}

}  // namespace fhirehose::source::testing
