#include "http/gzip_body.hpp"

#include <algorithm>
#include <limits>

#include <zlib.h>

#include "core/invariant.hpp"

namespace fhirehose::http {
namespace {

constexpr int kGzipWindow = 15 + 16;  // 32 KiB of window; 16 asks for a gzip header
constexpr int kMemoryLevel = 8;
constexpr std::size_t kStep = 64UL * 1024;

/// Compresses what is before the stream, and all that is left in it when `flush` is Z_FINISH. The
/// stream writes to the end of `out`, which grows where it is full: a body has many short runs.
void drain_into(std::string& out, z_stream& stream, int flush) {
  do {
    if (stream.avail_out == 0) {
      const std::size_t used = out.size();
      out.resize(used + kStep);
      stream.next_out = reinterpret_cast<Bytef*>(out.data() + used);
      stream.avail_out = kStep;
    }
    deflate(&stream, flush);
  } while (stream.avail_out == 0);
}

}  // namespace

std::string gzip_body(std::span<const std::string_view> runs) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzipWindow, kMemoryLevel,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    core::broken_invariant("zlib can't be initialised");
  }
  std::string out;
  for (std::string_view run : runs) {
    while (!run.empty()) {
      const auto piece = std::min<std::size_t>(run.size(), std::numeric_limits<uInt>::max());
      stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(run.data()));
      stream.avail_in = static_cast<uInt>(piece);
      drain_into(out, stream, Z_NO_FLUSH);
      run.remove_prefix(piece);
    }
  }
  drain_into(out, stream, Z_FINISH);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace fhirehose::http
