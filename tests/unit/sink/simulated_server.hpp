#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <functional>
#include <queue>
#include <random>
#include <vector>

#include "sink/fhir/pacer.hpp"

namespace fhirehose::sink::fhir {

/// What a simulated server is like; may change while it is loaded.
struct ServerModel {
  double per_request = 0.010;       ///< seconds
  double per_entry = 0.001;         ///< likewise
  std::uint32_t parallel = 8;       ///< requests worked on at a time: the knee
  std::uint32_t queue = 1'000'000;  ///< requests that may wait; others are turned away
  double decay = 0;                 ///< work takes so much longer for each that waits
  double noise = 0;                 ///< standard deviation of the logarithm of a service time
  bool storm = false;               ///< everything is turned away
};

/// A load of a server by a Pacer's wish, in virtual time: an event after the other, nothing sleeps.
class SimulatedLoad {
 public:
  SimulatedLoad(const ServerModel& server, const PaceLimits& limits, std::uint32_t seed = 1)
      : model(server), pacer(limits), random_(seed) {}

  /// Loads until then; gives the entries a second since the last call.
  double run_until(double second) {
    const std::uint64_t before = entries_;
    const double begun = now_;
    send();
    while (!events_.empty() && events_.top().at <= second) {
      const Event event = events_.top();
      events_.pop();
      now_ = event.at;
      happen(event);
      send();
      most_in_flight_ = std::max(most_in_flight_, pacer.pace().in_flight);
    }
    now_ = second;
    return static_cast<double>(entries_ - before) / (now_ - begun);
  }

  /// There is something to send only so often, in seconds; 0: always.
  double input_interval = 0;
  ServerModel model;
  Pacer pacer;

  [[nodiscard]] std::uint32_t most_in_flight() const { return most_in_flight_; }

 private:
  enum class What : std::uint8_t { kAnswer, kRefusal, kFree };
  struct Event {
    double at;
    What what;
    std::uint32_t entries;
    bool operator>(const Event& other) const { return at > other.at; }
  };

  static Clock::time_point moment(double second) {
    return Clock::time_point(
        std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(second)));
  }

  void send() {
    while (pacer.out() + resting_ < pacer.pace().in_flight && now_ >= next_input_) {
      if (input_interval > 0) {
        next_input_ = now_ + input_interval;
        events_.push({next_input_, What::kFree, 0});
        ++resting_;
      }
      const std::uint32_t entries = pacer.pace().entries;
      pacer.sent(moment(now_));
      ++at_server_;
      const bool refused = model.storm || at_server_ > model.parallel + model.queue;
      const double end = refused ? now_ + 0.002 : serve(entries);
      events_.push({end, refused ? What::kRefusal : What::kAnswer, entries});
    }
  }

  double serve(std::uint32_t entries) {
    free_.resize(model.parallel, now_);
    const auto server = std::ranges::min_element(free_);
    const double waiting =
        at_server_ > model.parallel ? static_cast<double>(at_server_ - model.parallel) : 0;
    const double noise = std::exp(model.noise * std::normal_distribution<>()(random_));
    const double service = (model.per_request + model.per_entry * entries) * noise;
    *server = std::max(now_, *server) + service * (1 + model.decay * waiting);
    return *server;
  }

  void happen(const Event& event) {
    if (event.what == What::kFree) {
      --resting_;
      return;
    }
    --at_server_;
    if (event.what == What::kRefusal) {
      pacer.failed(moment(now_));
      // What was turned away keeps its place until it may be sent again.
      ++resting_;
      events_.push({now_ + 0.25, What::kFree, 0});
      return;
    }
    entries_ += event.entries;
    pacer.answered(moment(now_), event.entries);
  }

  std::mt19937 random_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::vector<double> free_;  ///< when each of the parallel is
  double now_ = 0;
  double next_input_ = 0;
  std::uint32_t at_server_ = 0, resting_ = 0;
  std::uint32_t most_in_flight_ = 0;
  std::uint64_t entries_ = 0;
};

inline PaceLimits fixed_at(const lane::Pace& pace) {
  return {.start = pace, .least = pace, .most = pace};
}

/// The best that any fixed pace of a grid brings.
inline double best_fixed(const ServerModel& model) {
  double best = 0;
  for (std::uint32_t in_flight = 1; in_flight <= 128; in_flight *= 2) {
    for (const std::uint32_t entries : {10U, 50U, 100U, 200U, 500U}) {
      SimulatedLoad load(model, fixed_at({in_flight, entries}));
      load.run_until(2);
      best = std::max(best, load.run_until(40));
    }
  }
  return best;
}

}  // namespace fhirehose::sink::fhir
