#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>

#include "sink/fhir/delivery.hpp"
#include "sink/fhir/pacer.hpp"

namespace fhirehose::sink::fhir {

/// Lets as many requests out as the pacer wants; what is one too many waits here, first come, first
/// served. Thread-safe.
class Gate {
 public:
  /// Sends a request; false where there is nothing to be sent any more.
  using Send = std::function<bool()>;
  enum class Result : std::uint8_t { kTaken, kRefused, kFailed };

  explicit Gate(const PaceLimits& limits) : pacer_(limits) {}

  /// A bundle has so many entries at most.
  void limit_entries(std::uint32_t entries);
  /// The server takes so much at once and not twice as much: entries, or where it has taken more
  /// of these, bytes.
  void limit(const SentSize& size);

  /// Calls `send` now, or from `open` when there is a place.
  void pass(Send send);
  /// A request of so many entries has come back: its place is free.
  void came_back(Result result, std::uint32_t entries);
  /// Lets out what waits and may go.
  void open();

  /// Requests that wait for their time, not for a place, hold none.
  void rests(std::int32_t more);
  [[nodiscard]] Tempo tempo() const;
  [[nodiscard]] bool in_trouble() const;

 private:
  [[nodiscard]] bool has_place() const { return pacer_.out() < pacer_.pace().in_flight; }
  void run(const Send& send);

  mutable std::mutex mutex_;
  Pacer pacer_;
  std::deque<Send> waiting_;
  std::uint32_t resting_ = 0;
  std::uint32_t most_taken_ = 0;  ///< entries of a bundle
  std::uint64_t most_bytes_ = lane::Pace{}.bytes;
};

}  // namespace fhirehose::sink::fhir
