#include "pipeline/member_stream.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace fhirehose::pipeline {

MemberStream::MemberStream(std::uint32_t member, const Settings& settings, memory::RegionPool& pool)
    : member_(member), settings_(settings), pool_(pool), splitter_(settings.max_record) {}

namespace {

/// One byte more than a small member has: a read that comes back short tells its end at once.
std::size_t first_capacity(const Settings& settings, const source::Member& member) {
  if (!member.bytes || *member.bytes >= settings.window) return settings.window;
  return static_cast<std::size_t>(*member.bytes) + 1;
}

/// Doubles what is small; what is large must not hold much for nothing, behind the record and as
/// what is carried to the next window.
std::size_t next_capacity(std::size_t capacity) {
  constexpr std::size_t kLarge = 64 * core::kMiB;
  return capacity < kLarge ? capacity * 2 : capacity + capacity / 8;
}

}  // namespace

std::uint64_t MemberStream::window_cost(const Settings& settings, const source::Member& member) {
  return first_capacity(settings, member) + memory::kPadding;
}

std::size_t MemberStream::capacity(const source::Member& member) const {
  const std::size_t first = first_capacity(settings_, member);
  return carry_.empty() ? first : std::max(first, carry_.size() + settings_.window / 2);
}

void MemberStream::fill(const source::Catalog& catalog, memory::ByteBudget::Lease lease) {
  if (!reader_) {
    auto opened = catalog.open_member(member_);
    if (!opened) {
      broken_ = opened.error();
      at_end_ = true;
      return;
    }
    reader_ = *std::move(opened);
  }
  lease_ = std::move(lease);
  renamed_ = catalog.members()[member_].renamed;
  region_ = pool_.take(capacity(catalog.members()[member_]));
  const std::uint64_t cost = region_.capacity() + memory::kPadding;
  if (cost > lease_.bytes()) lease_.grow(cost - lease_.bytes());
  std::memcpy(region_.data(), carry_.data(), carry_.size());
  filled_ = carry_.size();
  carry_.clear();
  read_to_capacity();
}

void MemberStream::read_to_capacity() {
  while (filled_ < region_.capacity()) {
    const auto got = reader_->read({region_.data() + filled_, region_.capacity() - filled_});
    if (!got) broken_ = got.error();
    // Only a read of nothing says that the member's checks have passed.
    at_end_ = !got || *got == 0;
    if (at_end_) break;
    filled_ += *got;
  }
  // A pooled region has another window's bytes there: what is said of a text that breaks off must
  // not depend on them.
  std::memset(region_.data() + filled_, 0, memory::kPadding);
}

void MemberStream::enlarge() {
  const std::size_t capacity = next_capacity(region_.capacity());
  lease_.grow(capacity - region_.capacity());
  region_.grow(capacity);
  read_to_capacity();
}

CutHandle MemberStream::cut() {
  for (;;) {
    const auto more = at_end_ ? record::More::kEnd : record::More::kFollows;
    record::Cut cut = splitter_.cut({region_.data(), filled_}, more);
    if (cut.consumed == 0 && cut.broken.empty() && at_end_) return nullptr;
    if (cut.consumed > 0 || at_end_) return make_chunk(std::move(cut));
    enlarge();
  }
}

CutHandle MemberStream::make_chunk(record::Cut cut) {
  const std::string_view window(region_.data(), filled_);
  carry_ = window.substr(cut.consumed);
  auto chunk = std::make_shared<memory::Chunk>();
  chunk->lease = std::exchange(lease_, {});
  chunk->bytes = window.substr(0, cut.consumed);
  region_.trim(cut.consumed);  // of a large one, what is carried would be there twice
  chunk->region = std::exchange(region_, {});
  chunk->origin = {member_, sequence_++, offset_, renamed_};
  offset_ += cut.consumed;
  filled_ = 0;
  return std::make_shared<const CutChunk>(CutChunk{std::move(chunk), std::move(cut)});
}

}  // namespace fhirehose::pipeline
