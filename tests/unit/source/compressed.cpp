#include "compressed.hpp"

#include <fmt/format.h>
#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <zstd.h>

namespace fhirehose::source::testing {
namespace {

std::string isal_compressed(std::string_view content, std::uint16_t frame) {
  std::string text(content);
  std::string out(2 * content.size() + 1024, '\0');
  isal_zstream stream;
  isal_deflate_init(&stream);
  stream.gzip_flag = frame;
  stream.end_of_stream = 1;
  stream.next_in = reinterpret_cast<std::uint8_t*>(text.data());
  stream.avail_in = static_cast<std::uint32_t>(text.size());
  stream.next_out = reinterpret_cast<std::uint8_t*>(out.data());
  stream.avail_out = static_cast<std::uint32_t>(out.size());
  while (stream.internal_state.state != ZSTATE_END) isal_deflate(&stream);
  out.resize(stream.total_out);
  return out;
}

}  // namespace

std::string deflated(std::string_view content) { return isal_compressed(content, IGZIP_DEFLATE); }

std::string gzipped(std::string_view content) { return isal_compressed(content, IGZIP_GZIP); }

std::string zstd_frame(std::string_view content) {
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  std::string out(ZSTD_compressBound(content.size()), '\0');
  out.resize(ZSTD_compress2(context, out.data(), out.size(), content.data(), content.size()));
  ZSTD_freeCCtx(context);
  return out;
}

std::string skippable_frame(std::string_view ignored) {
  std::string out("\x53\x2A\x4D\x18", 4);
  for (int shift = 0; shift < 32; shift += 8) {
    out += static_cast<char>((ignored.size() >> shift) & 0xFF);
  }
  return out.append(ignored);
}

std::uint32_t crc_of(std::string_view content) {
  return crc32_gzip_refl(0, reinterpret_cast<const unsigned char*>(content.data()), content.size());
}

std::string sample_text(std::size_t bytes) {
  std::string out;
  std::uint32_t state = 1;
  while (out.size() < bytes) {
    state = state * 1664525 + 1013904223;
    out += fmt::format("{{\"resourceType\":\"Patient\",\"id\":\"p-{:x}\",\"n\":{}}}\n", state,
                       out.size());
  }
  out.resize(bytes);
  return out;
}

}  // namespace fhirehose::source::testing
