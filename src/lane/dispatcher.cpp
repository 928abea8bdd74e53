#include "lane/dispatcher.hpp"

#include <algorithm>
#include <utility>

namespace fhirehose::lane {

Dispatcher::Dispatcher(std::uint32_t lanes, std::uint64_t bundle_bytes)
    : bundle_bytes_(bundle_bytes),
      exclusive_(lanes > 0),
      lanes_(std::max(lanes, 1U)),
      with_rows_(count()),
      with_whole_(count()) {}

void Dispatcher::add(const Dealt& dealt) {
  if (dealt.rows.empty()) return;
  const std::lock_guard lock(mutex_);
  const std::uint32_t place = shelf_.put(dealt.batch, dealt.rows.size());
  for (const Dealt::Row& row : dealt.rows) {
    Lane& lane = lanes_[row.lane];
    lane.rows.push_back({place, row.row, row.bytes});
    lane.bytes += row.bytes;
    if (lane.busy) continue;
    ++idle_rows_;
    idle_bytes_ += row.bytes;
    queue(row.lane);
  }
}

void Dispatcher::add(const AtomicPart& part) {
  const std::lock_guard lock(mutex_);
  if (auto bundle = gathering_.add(part)) add_whole(*std::move(bundle));
}

void Dispatcher::add_whole(Bundle bundle) {
  const std::uint32_t number = lane_of(bundle.entries, count());
  lanes_[number].whole.push_back(std::move(bundle));
  if (!lanes_[number].busy) with_whole_.push(number, whole_count_);
  ++whole_count_;
}

void Dispatcher::expect_more() {
  const std::lock_guard lock(mutex_);
  more_expected_ = true;
  queue_all_again();
}

void Dispatcher::expect_no_more() {
  const std::lock_guard lock(mutex_);
  more_expected_ = false;
  queue_all_again();
  for (Bundle& bundle : gathering_.finish()) add_whole(std::move(bundle));
}

std::optional<Bundle> Dispatcher::next(const Pace& pace, Fill fill) {
  const std::lock_guard lock(mutex_);
  if (in_flight_ >= pace.in_flight) return std::nullopt;
  std::optional<Bundle> bundle = next_whole();
  if (!bundle && enough(pace, fill)) bundle = gather(pace);
  if (bundle) ++in_flight_;
  return bundle;
}

bool Dispatcher::enough(const Pace& pace, Fill fill) const {
  const bool partial = fill == Fill::kPartial || !more_expected_;
  return partial ? idle_rows_ > 0 : fills(1, pace);
}

bool Dispatcher::has_plenty(const Pace& pace) const {
  constexpr std::uint64_t kFlights = 2;
  const std::lock_guard lock(mutex_);
  return fills(kFlights * pace.in_flight, pace);
}

/// Whether what may go fills so many bundles.
bool Dispatcher::fills(std::uint64_t bundles, const Pace& pace) const {
  return idle_rows_ >= bundles * pace.entries || idle_bytes_ / bundles >= most_bytes(pace);
}

std::optional<Bundle> Dispatcher::next_whole() {
  while (const auto number = with_whole_.pop()) {
    Lane& lane = lanes_[*number];
    if (lane.busy || lane.whole.empty()) continue;
    Bundle bundle = std::move(lane.whole.front());
    lane.whole.pop_front();
    occupy(*number, bundle);
    if (!exclusive_) release(*number);
    return bundle;
  }
  return std::nullopt;
}

Bundle Dispatcher::gather(const Pace& pace) {
  Bundle bundle;
  shelf_.begin_bundle();
  bundle.entries.reserve(std::min<std::uint64_t>(pace.entries, idle_rows_));
  while (bundle.entries.size() < pace.entries) {
    const auto number = with_rows_.pop();
    if (!number) break;
    Lane& lane = lanes_[*number];
    if (lane.busy || lane.rows.empty()) continue;
    if (!fits(lane.rows.front(), bundle, pace)) {
      queue(*number);
      break;
    }
    occupy(*number, bundle);
    take_rows(lane, pace, bundle);
    if (!exclusive_) release(*number);
  }
  return bundle;
}

void Dispatcher::take_rows(Lane& lane, const Pace& pace, Bundle& bundle) {
  while (!lane.rows.empty() && bundle.entries.size() < pace.entries) {
    const Row row = lane.rows.front();
    if (!fits(row, bundle, pace)) return;
    lane.rows.pop_front();
    lane.bytes -= row.bytes;
    bundle.bytes += row.bytes;
    shelf_.take(row.place, row.row, bundle);
  }
}

std::uint64_t Dispatcher::most_bytes(const Pace& pace) const {
  return std::min(bundle_bytes_, pace.bytes);
}

bool Dispatcher::fits(const Row& row, const Bundle& bundle, const Pace& pace) const {
  return bundle.entries.empty() || bundle.bytes + row.bytes <= most_bytes(pace);
}

void Dispatcher::occupy(std::uint32_t number, Bundle& bundle) {
  Lane& lane = lanes_[number];
  idle_rows_ -= lane.rows.size();
  idle_bytes_ -= lane.bytes;
  lane.busy = true;
  if (exclusive_) bundle.lanes.push_back(number);
}

void Dispatcher::release(std::uint32_t number) {
  Lane& lane = lanes_[number];
  lane.busy = false;
  idle_rows_ += lane.rows.size();
  idle_bytes_ += lane.bytes;
  if (!lane.rows.empty()) queue(number);
  if (!lane.whole.empty()) with_whole_.push(number, whole_count_);
}

void Dispatcher::queue(std::uint32_t number) {
  const Lane& lane = lanes_[number];
  const std::uint64_t fullest_first = ~std::uint64_t{lane.rows.size()};
  with_rows_.push(number, more_expected_ ? shelf_.age(lane.rows.front().place) : fullest_first);
}

/// After a change of what goes first.
void Dispatcher::queue_all_again() {
  with_rows_ = LaneQueue(count());
  for (std::uint32_t number = 0; number < count(); ++number) {
    if (!lanes_[number].busy && !lanes_[number].rows.empty()) queue(number);
  }
}

void Dispatcher::delivered(const std::vector<std::uint32_t>& lanes) {
  const std::lock_guard lock(mutex_);
  for (const std::uint32_t number : lanes) release(number);
  --in_flight_;
}

std::uint32_t Dispatcher::in_flight() const {
  const std::lock_guard lock(mutex_);
  return in_flight_;
}

}  // namespace fhirehose::lane
