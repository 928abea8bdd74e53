#pragma once

#include <cstdint>
#include <optional>

#include "lane/pace.hpp"
#include "sink/fhir/pace_limits.hpp"
#include "sink/fhir/rate_meter.hpp"
#include "sink/sink.hpp"

namespace fhirehose::sink::fhir {

/// Finds how much a server wants at once: bundles in flight, and entries of a bundle. It looks for
/// the knee, behind which more in flight only adds latency:
///
/// - climbs by doubling as long as that pays, then settles;
/// - from then on tries a neighbour now and then, in turns with the present pace, as often as the
///   noise asks for; takes what is faster, and what is smaller and no slower;
/// - halves what is in flight where answers are busy, broken or missing, and comes back, an answer
///   at a time, to where it was or just below.
///
/// Pure: knows neither clock nor connections. One thread at a time.
class Pacer {
 public:
  explicit Pacer(const PaceLimits& limits);

  [[nodiscard]] lane::Pace pace() const;
  /// Why it is that.
  [[nodiscard]] Tempo::Why why() const;
  /// Requests without an answer.
  [[nodiscard]] std::uint32_t out() const { return meter_.out(); }
  /// Whether it has given way and is not back yet.
  [[nodiscard]] bool in_trouble() const { return trouble_.has_value(); }

  void sent(Clock::time_point now) { meter_.sent(now); }
  /// It was not sent after all.
  void withdrawn(Clock::time_point now) { meter_.withdrawn(now); }
  /// The server has dealt with a request, for good or ill.
  void answered(Clock::time_point now, std::uint32_t entries);
  /// It was too busy, broke, or did not answer.
  void failed(Clock::time_point now);
  /// A bundle has so many entries at most from now on.
  void limit_entries(std::uint32_t entries);

 private:
  enum class What : std::uint8_t { kInFlight, kFewer, kEntries };
  struct Climb {
    What what = What::kInFlight;
    lane::Pace from;
    double rate = 0;  ///< there; 0: not measured yet
    std::uint32_t steps = 0;
  };
  struct Trial {
    lane::Pace pace;
    What what = What::kInFlight;
    bool up = false;
    bool there = true;  ///< it is measured now; else the present pace is, once more
    double here = 0;    ///< logarithm of the present pace's last rate
    double rate = 0;    ///< logarithm of its own last rate
    double gain = 0;    ///< sum over the rounds
    std::uint32_t rounds = 0;
    Clock::time_point begun;
  };
  struct Trouble {
    std::uint32_t in_flight = 1;  ///< now
    std::uint32_t ceiling = 1;    ///< where it is over
  };
  enum class Verdict : std::uint8_t { kOpen, kBetter, kNoBetter };

  void measure(Clock::time_point now);
  void climb(double rate);
  void climb_on(double rate);
  void end_climb();
  [[nodiscard]] static double pays(What what);
  void settle(double rate, Clock::time_point now);
  bool notice_change(double rate);
  void begin_trial(Clock::time_point now);
  void try_out(double rate, const RateMeter::Reading& reading, Clock::time_point now);
  [[nodiscard]] Verdict judge(const Trial& trial) const;
  [[nodiscard]] bool is_lost(const Trial& trial) const;
  [[nodiscard]] bool hopeless(const Trial& trial) const;
  [[nodiscard]] bool is_relief(const Trial& trial) const;
  void end_trial(Verdict verdict, Clock::time_point now);
  void note_noise(double difference);
  [[nodiscard]] lane::Pace neighbour(std::uint32_t move) const;
  [[nodiscard]] lane::Pace as_far_again(const lane::Pace& from, const lane::Pace& to) const;
  [[nodiscard]] lane::Pace within_limits(lane::Pace pace) const;
  void give_way(Clock::time_point now);
  void come_back();
  void note_answer(bool good, Clock::time_point now);
  void change_to(const lane::Pace& pace);
  [[nodiscard]] RateMeter::Window window() const;

  PaceLimits limits_;
  lane::Pace present_;
  RateMeter meter_;
  std::optional<Climb> climb_;
  std::optional<Trial> trial_;
  std::optional<Trouble> trouble_;

  double usual_ = 0;     ///< logarithm of the present pace's rate
  double noise_ = 0.05;  ///< standard deviation of the logarithm of a rate
  std::uint32_t move_ = 0;
  std::optional<lane::Pace> suspicion_;  ///< what to try first
  Clock::time_point next_trial_{};
  Clock::time_point modest_until_{};  ///< no more in flight is tried before
  std::uint32_t before_trouble_ = 1;  ///< in flight, then and while it was modest
  double bad_share_ = 0;              ///< of the last answers
  std::uint32_t bad_in_a_row_ = 0;
  std::uint32_t deaf_ = 0;  ///< answers that are passed over
  std::uint64_t full_windows_ = 0, starved_windows_ = 0;
};

}  // namespace fhirehose::sink::fhir
