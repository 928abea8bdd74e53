#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "fhir-target/duration_text.hpp"

namespace fhirehose::target {

/// How much this server can do at most. Spelled
/// `service=REQUEST[+ENTRY][,parallel=N][,queue=M][,decay=D][,status=S][,retry-after=SECONDS]`.
/// The knee is at `parallel` requests in flight: parallel / (REQUEST + entries * ENTRY) a second.
struct CapacityLimits {
  Microseconds per_request{};
  Microseconds per_entry{};
  std::uint32_t parallel = 1;          ///< requests worked on at a time
  std::optional<std::uint32_t> queue;  ///< requests that may wait; nullopt: any number
  double decay = 0;                    ///< work takes so much longer for each request that waits
  int status = 503;                    ///< of what finds the queue full
  std::optional<std::uint32_t> retry_after;  ///< seconds, told to those
};

/// kUsage says what is wrong with `text`.
core::Result<CapacityLimits> read_capacity(std::string_view text);

/// A queue before so many servers, as a calculation: who comes at what time is done when. Nothing
/// runs and nothing waits here, so that no oversleeping moves the knee, and no CPU is used. One
/// thread at a time.
class Capacity {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit Capacity(const CapacityLimits& limits);

  /// When a request of so many entries that comes now will have been worked on; nullopt where the
  /// queue is full. `now` never goes back.
  std::optional<Time> book(Time now, std::size_t entries);
  [[nodiscard]] const CapacityLimits& limits() const { return limits_; }

 private:
  [[nodiscard]] Microseconds service(std::size_t entries) const;

  const CapacityLimits limits_;
  std::vector<Time> free_;   ///< when each server is free, as a heap: the earliest in front
  std::deque<Time> starts_;  ///< of those who wait: first come, first served, so they are sorted
};

}  // namespace fhirehose::target
