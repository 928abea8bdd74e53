#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

namespace fhirehose::lane {

/// Lanes that have something to send, by turn. One thread at a time.
class LaneQueue {
 public:
  explicit LaneQueue(std::uint32_t lanes) : queued_(lanes) {}

  /// The smallest `turn` goes first. No effect on a lane that is in the queue.
  void push(std::uint32_t lane, std::uint64_t turn) {
    if (queued_[lane]) return;
    queued_[lane] = true;
    heap_.emplace(turn, lane);
  }

  std::optional<std::uint32_t> pop() {
    if (heap_.empty()) return std::nullopt;
    const std::uint32_t lane = heap_.top().second;
    heap_.pop();
    queued_[lane] = false;
    return lane;
  }

 private:
  using Waiting = std::pair<std::uint64_t, std::uint32_t>;  ///< turn, lane
  std::priority_queue<Waiting, std::vector<Waiting>, std::greater<>> heap_;
  std::vector<bool> queued_;
};

}  // namespace fhirehose::lane
