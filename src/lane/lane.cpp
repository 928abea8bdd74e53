#include "lane/lane.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace fhirehose::lane {
namespace {

void append(Bundle& bundle, const Slice& slice, std::uint32_t row, std::uint64_t bytes) {
  if (bundle.holds.empty() || bundle.holds.back() != slice.batch)
    bundle.holds.push_back(slice.batch);
  bundle.entries.push_back({slice.batch.get(), row});
  bundle.bytes += bytes;
}

}  // namespace

void Lane::add(const Slice& slice) {
  if (slice.atomic) {
    add_atomic(slice);
  } else {
    add_loose(slice);
  }
}

void Lane::add_loose(const Slice& slice) {
  for (const std::uint32_t row : slice.rows) {
    const std::uint64_t bytes = record::edited_size(*slice.batch, slice.batch->records[row]);
    if (!open_.entries.empty() && open_.bytes + bytes > limits_.bytes) close_open();
    append(open_, slice, row, bytes);
    if (open_.entries.size() >= limits_.entries) close_open();
  }
}

void Lane::add_atomic(const Slice& slice) {
  const auto [place, fresh] = gatherings_.try_emplace(slice.atomic->name);
  Gathering& gathering = place->second;
  for (const std::uint32_t row : slice.rows) {
    append(gathering.bundle, slice, row,
           record::edited_size(*slice.batch, slice.batch->records[row]));
  }
  gathering.entries += slice.atomic->entries;
  if (gathering.entries < slice.atomic->of) return;
  close_atomic(std::move(gathering));
  gatherings_.erase(place);
}

void Lane::close_open() {
  if (open_.entries.empty()) return;
  open_.lane = number_;
  ready_.push_back(std::exchange(open_, {}));
}

void Lane::close_atomic(Gathering gathering) {
  Bundle& bundle = gathering.bundle;
  if (bundle.entries.empty()) return;
  // Parts come in any order; what is sent must not depend on it.
  std::ranges::sort(bundle.entries, {}, [](const Entry& entry) {
    return std::tuple(entry.batch->chunk->origin.sequence, entry.row);
  });
  bundle.lane = number_;
  bundle.atomic = true;
  ready_.push_back(std::move(bundle));
}

void Lane::flush() { close_open(); }

void Lane::finish() {
  close_open();
  for (auto& [name, gathering] : gatherings_) close_atomic(std::move(gathering));
  gatherings_.clear();
}

std::optional<Bundle> Lane::take() {
  if (in_flight_ || ready_.empty()) return std::nullopt;
  Bundle bundle = std::move(ready_.front());
  ready_.pop_front();
  in_flight_ = true;
  return bundle;
}

}  // namespace fhirehose::lane
