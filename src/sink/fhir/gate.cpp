#include "sink/fhir/gate.hpp"

#include <algorithm>
#include <utility>

namespace fhirehose::sink::fhir {
namespace {

/// As many as rest may be made up for by others, up to this many times the places.
constexpr std::uint32_t kMostResting = 4;

}  // namespace

void Gate::pass(Send send) {
  {
    const std::lock_guard lock(mutex_);
    if (!has_place()) {
      waiting_.push_back(std::move(send));
      return;
    }
    pacer_.sent(Clock::now());
  }
  run(send);
}

void Gate::run(const Send& send) {
  if (send()) return;
  const std::lock_guard lock(mutex_);
  pacer_.withdrawn(Clock::now());
}

void Gate::came_back(Result result, std::uint32_t entries) {
  const std::lock_guard lock(mutex_);
  const Clock::time_point now = Clock::now();
  if (result == Result::kFailed) return pacer_.failed(now);
  pacer_.answered(now, entries);
  if (result == Result::kTaken) most_taken_ = std::max(most_taken_, entries);
}

void Gate::limit_entries(std::uint32_t entries) {
  const std::lock_guard lock(mutex_);
  pacer_.limit_entries(entries);
}

void Gate::limit(const SentSize& size) {
  const std::lock_guard lock(mutex_);
  if (most_taken_ > size.entries) {
    most_bytes_ = std::min(most_bytes_, size.bytes);
  } else {
    pacer_.limit_entries(size.entries);
  }
}

void Gate::open() {
  for (;;) {
    Send send;
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.empty() || !has_place()) return;
      send = std::move(waiting_.front());
      waiting_.pop_front();
      pacer_.sent(Clock::now());
    }
    run(send);
  }
}

void Gate::rests(std::int32_t more) {
  const std::lock_guard lock(mutex_);
  resting_ += static_cast<std::uint32_t>(more);
}

// While a server is in trouble nothing new is begun in place of what waits for it.
Tempo Gate::tempo() const {
  const std::lock_guard lock(mutex_);
  Tempo tempo{.pace = pacer_.pace(), .why = pacer_.why()};
  tempo.pace.bytes = most_bytes_;
  if (!pacer_.in_trouble()) tempo.resting = std::min(resting_, kMostResting * tempo.pace.in_flight);
  return tempo;
}

bool Gate::in_trouble() const {
  const std::lock_guard lock(mutex_);
  return pacer_.in_trouble();
}

}  // namespace fhirehose::sink::fhir
