// What a core of the machine does: every member of a zip inflated by ISA-L, one behind the other,
// into a window that stays in the cache, and nothing else. usage: bare_inflate ZIP
// prints {"bytes":N,"cpu_seconds":S} of the inflating alone

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <vector>

#include <fmt/format.h>
#include <isa-l/igzip_lib.h>
#include <zip.h>

namespace {

constexpr std::size_t kWindow = 1 << 20;

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "bare_inflate: %s\n", what);
  std::exit(1);
}

using Archive = std::unique_ptr<zip_t, decltype(&zip_discard)>;
using Member = std::unique_ptr<zip_file_t, decltype(&zip_fclose)>;

std::vector<std::uint8_t> compressed(zip_t* archive, zip_uint64_t index) {
  zip_stat_t stat;
  if (zip_stat_index(archive, index, 0, &stat) != 0) fail("a member has no size");
  const Member member(zip_fopen_index(archive, index, ZIP_FL_COMPRESSED), &zip_fclose);
  if (member == nullptr || stat.comp_method != ZIP_CM_DEFLATE) fail("a member is not deflated");
  std::vector<std::uint8_t> bytes(stat.comp_size);
  const zip_int64_t got = zip_fread(member.get(), bytes.data(), bytes.size());
  if (got != static_cast<zip_int64_t>(bytes.size())) fail("a member can't be read");
  return bytes;
}

/// Bytes that come out.
std::uint64_t inflate(std::vector<std::uint8_t>& bytes, std::vector<std::uint8_t>& window) {
  inflate_state state;
  isal_inflate_init(&state);
  state.next_in = bytes.data();
  state.avail_in = static_cast<std::uint32_t>(bytes.size());
  std::uint64_t out = 0;
  while (state.block_state != ISAL_BLOCK_FINISH) {
    state.next_out = window.data();
    state.avail_out = static_cast<std::uint32_t>(window.size());
    if (isal_inflate(&state) != ISAL_DECOMP_OK) fail("a member is broken");
    if (state.avail_out == window.size()) fail("a member is cut");
    out += window.size() - state.avail_out;
  }
  return out;
}

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) fail("usage: bare_inflate ZIP");
  const Archive archive(zip_open(argv[1], ZIP_RDONLY, nullptr), &zip_discard);
  if (archive == nullptr) fail("it can't be opened");
  std::vector<std::uint8_t> window(kWindow);
  std::uint64_t bytes = 0;
  double seconds = 0;
  const auto members = static_cast<zip_uint64_t>(zip_get_num_entries(archive.get(), 0));
  for (zip_uint64_t i = 0; i < members; ++i) {
    std::vector<std::uint8_t> member = compressed(archive.get(), i);
    const double begun = cpu_seconds();
    bytes += inflate(member, window);
    seconds += cpu_seconds() - begun;
  }
  fmt::print("{{\"bytes\":{},\"cpu_seconds\":{:.6f}}}\n", bytes, seconds);
}
