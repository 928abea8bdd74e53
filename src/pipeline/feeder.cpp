#include "pipeline/feeder.hpp"

#include <algorithm>
#include <bit>

#include "core/byte_size.hpp"

namespace fhirehose::pipeline {
namespace {

/// Enough that a thread always finds a window to read; more would only open more members at once.
constexpr std::size_t kActivePerThread = 2;

/// Members that are smaller, as they lie on the disk, are read as they lie there.
constexpr std::uint64_t kSmall = core::kMiB;

}  // namespace

Feeder::Feeder(const Input& input, std::vector<std::uint32_t> members)
    : input_(input),
      members_(std::move(members)),
      max_active_(kActivePerThread * input.settings.threads) {
  std::ranges::sort(members_, {}, [this](std::uint32_t member) { return turn(member); });
}

/// Members within a power of two stay in the order of the disk.
Feeder::Turn Feeder::turn(std::uint32_t member) const {
  const std::uint64_t stored = input_.catalog.members()[member].stored_bytes;
  return {-static_cast<int>(std::bit_width(stored / kSmall)), member};
}

StreamHandle Feeder::next_stream() {
  if (!runnable_.empty()) {
    StreamHandle stream = std::move(runnable_.begin()->second);
    runnable_.erase(runnable_.begin());
    return stream;
  }
  if (next_member_ == members_.size()) return nullptr;
  return std::make_shared<MemberStream>(members_[next_member_++], input_.settings, input_.pool);
}

std::uint64_t Feeder::window_cost(const MemberStream& stream) const {
  return MemberStream::window_cost(input_.settings, input_.catalog.members()[stream.member()]);
}

void Feeder::put_back(StreamHandle stream) {
  const std::uint32_t member = stream->member();
  runnable_.emplace(turn(member), std::move(stream));
}

bool Feeder::all_read() const {
  const bool nothing_left = stopped_ || (next_member_ == members_.size() && runnable_.empty());
  return nothing_left && in_hand_ == 0 && active_ == 0;
}

/// Reading goes on by one thread where it is ahead: the sink, or a target on the same machine, has
/// more use for the others.
std::size_t Feeder::most_active() const {
  return outlets_.supplied && outlets_.supplied() ? 1 : max_active_;
}

std::vector<Ticket> Feeder::admit() {
  std::vector<Ticket> tickets;
  starving_ = false;
  if (input_.stop.stop_requested()) stopped_ = true;
  const std::size_t most = most_active();
  while (!stopped_ && active_ < most) {
    StreamHandle stream = next_stream();
    if (stream == nullptr) break;
    auto lease = input_.budget.try_acquire(window_cost(*stream));
    if (!lease) {
      put_back(std::move(stream));
      starving_ = active_ == 0;
      break;
    }
    tickets.push_back(hand_out(std::move(stream), *std::move(lease)));
  }
  return tickets;
}

Ticket Feeder::hand_out(StreamHandle stream, memory::ByteBudget::Lease lease) {
  ++in_hand_;
  ++active_;
  return {std::move(stream), std::make_shared<memory::ByteBudget::Lease>(std::move(lease))};
}

void Feeder::force() {
  Ticket ticket;
  {
    const std::lock_guard lock(mutex_);
    if (stopped_ || active_ > 0) return;
    StreamHandle stream = next_stream();
    if (stream == nullptr) return;
    const auto cost = window_cost(*stream);
    ticket = hand_out(std::move(stream), input_.budget.overdraw(cost));
  }
  outlets_.emit(ticket);
}

void Feeder::pump() {
  std::vector<Ticket> tickets;
  bool exhausted = false;
  bool starved = false;
  {
    const std::lock_guard lock(mutex_);
    tickets = admit();
    starved = starving_;
    exhausted = all_read() && !std::exchange(told_exhausted_, all_read());
  }
  for (const Ticket& ticket : tickets) outlets_.emit(ticket);
  if (starved && outlets_.starved) outlets_.starved();
  if (exhausted) outlets_.exhausted();
}

void Feeder::give_back(StreamHandle stream) {
  {
    const std::lock_guard lock(mutex_);
    --in_hand_;
    if (!stream->at_end()) put_back(std::move(stream));
  }
  pump();
}

void Feeder::window_done() {
  {
    const std::lock_guard lock(mutex_);
    --active_;
  }
  pump();
}

void Feeder::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    runnable_.clear();
  }
  pump();
}

}  // namespace fhirehose::pipeline
