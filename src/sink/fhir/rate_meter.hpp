#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>

#include "lane/pace.hpp"

namespace fhirehose::sink::fhir {

using Clock = std::chrono::steady_clock;

/// Measures what a pace leads to: entries a second. It counts for how long how many requests were
/// out, and says what as many as the pace wants would do (Little's law): so a moment in which there
/// is too little to send falsifies nothing. Knows no clock. One thread at a time.
class RateMeter {
 public:
  struct Window {
    std::uint32_t answers = 0;           ///< at least
    std::chrono::milliseconds time{50};  ///< at least, unless as many answers come as are enough
    std::uint32_t enough = std::numeric_limits<std::uint32_t>::max();
    /// After so long fewer answers will do.
    std::chrono::milliseconds patience{3'600'000};
  };
  struct Reading {
    double rate = 0;     ///< entries a second
    double filling = 0;  ///< requests out in the mean, as a share of those wanted
    double entries = 0;  ///< of an answer, in the mean
  };

  /// Forgets everything. What is out was sent under another pace: as many answers do not count.
  void restart(std::uint32_t out);
  void sent(Clock::time_point now);
  void withdrawn(Clock::time_point now);
  void answered(Clock::time_point now, std::uint32_t entries);
  /// What was measured since the restart, if that is as much as asked for.
  [[nodiscard]] std::optional<Reading> read(const lane::Pace& pace, const Window& window) const;
  /// The same; if it is, it begins anew.
  std::optional<Reading> take(const lane::Pace& pace, const Window& window);

  [[nodiscard]] std::uint32_t out() const { return out_; }

 private:
  void advance(Clock::time_point now);

  std::uint32_t out_ = 0;
  std::uint32_t unsettled_ = 0;  ///< answers that do not count yet
  std::optional<Clock::time_point> begun_;
  Clock::time_point last_{};
  double out_seconds_ = 0;  ///< requests times seconds that they were out
  std::uint64_t entries_ = 0;
  std::uint32_t answers_ = 0;
};

}  // namespace fhirehose::sink::fhir
