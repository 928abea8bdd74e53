#include <algorithm>
#include <string>

#include "fuzz/scratch_file.hpp"
#include "fuzz/target.hpp"
#include "source/catalog.hpp"

namespace fhirehose::fuzz {
namespace {

constexpr source::Limits kLimits{.member_bytes = 4 * core::kMiB, .members = 1'000};
/// What one input may unpack to before the rest of it is left alone.
constexpr std::uint64_t kEnough = 16 * core::kMiB;

struct Delivered {
  std::uint64_t bytes = 0;
  std::uint64_t sum = 0;
  bool whole = false;
};

struct Window {
  std::size_t size = 0;
  char fill = 0;  ///< what is in it before it is read into
};

/// Leaves bytes where the allocator takes a decoder's state from next, as earlier members do.
void leave_on_the_heap(char stale) {
  constexpr std::size_t kAboutAnInflateState = 87'400;
  const std::string block(kAboutAnInflateState, stale);
  require(block.back() == stale, "the block is written");
}

Delivered read_all(const source::Catalog& catalog, std::size_t index, Window window) {
  Delivered all;
  leave_on_the_heap(window.fill);
  const auto reader = catalog.open_member(index);
  if (!reader) return all;
  std::string buffer(window.size, window.fill);
  while (true) {
    const auto got = (*reader)->read(buffer);
    if (!got) {
      require(!got.error().message.empty(), "a broken member says why");
      return all;
    }
    require(*got <= window.size, "a reader fills what it is given");
    all.whole = *got == 0;
    if (all.whole) return all;
    all.bytes += *got;
    for (std::size_t i = 0; i < *got; ++i) {
      all.sum = all.sum * 31 + static_cast<unsigned char>(buffer[i]);
    }
    require(all.bytes <= kLimits.member_bytes, "a member keeps to its limit");
  }
}

bool same(const Delivered& one, const Delivered& other) {
  return one.bytes == other.bytes && one.sum == other.sum && one.whole == other.whole;
}

/// A second reader of a member delivers the same, broken or not: the load relies on what the look
/// has seen. So does one with windows of another size, if the member is whole.
std::uint64_t read_again(const source::Catalog& catalog, std::size_t index) {
  const Delivered one = read_all(catalog, index, {64 * core::kKiB, 'a'});
  if (one.bytes > 256 * core::kKiB) return one.bytes;
  require(same(one, read_all(catalog, index, {64 * core::kKiB, 'b'})), "the same is read again");
  const Delivered other = read_all(catalog, index, {97, 'a'});
  require(one.whole == other.whole, "a member is whole in any window");
  if (!one.whole) return one.bytes;
  require(same(one, other), "any window gives the same bytes");
  const source::Member& member = catalog.members()[index];
  require(!member.bytes || *member.bytes == one.bytes, "a whole member is as long as promised");
  return one.bytes;
}

}  // namespace

/// A file of any format, opened and read to the end of each member.
void run_one(std::string_view input) {
  static ScratchFile scratch;
  const auto& path = scratch.holding(input);
  const auto catalog = source::Catalog::open({&path, 1}, kLimits);
  if (!catalog) {
    require(!catalog.error().message.empty(), "a refused input says why");
    return;
  }
  std::uint64_t read = 0;
  for (std::size_t i = 0; i < catalog->members().size() && read < kEnough; ++i) {
    read += read_again(*catalog, i);
  }
}

}  // namespace fhirehose::fuzz
