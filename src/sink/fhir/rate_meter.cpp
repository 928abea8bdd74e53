#include "sink/fhir/rate_meter.hpp"

#include <algorithm>

namespace fhirehose::sink::fhir {
namespace {

constexpr std::uint32_t kFewest = 4;

double seconds(Clock::duration time) { return std::chrono::duration<double>(time).count(); }

}  // namespace

void RateMeter::restart(std::uint32_t out) {
  unsettled_ = out;
  begun_.reset();
  out_seconds_ = 0;
  entries_ = 0;
  answers_ = 0;
}

void RateMeter::advance(Clock::time_point now) {
  if (begun_) out_seconds_ += out_ * seconds(now - last_);
  last_ = now;
}

void RateMeter::sent(Clock::time_point now) {
  advance(now);
  ++out_;
}

void RateMeter::withdrawn(Clock::time_point now) {
  advance(now);
  out_ -= std::min(out_, 1U);
}

void RateMeter::answered(Clock::time_point now, std::uint32_t entries) {
  withdrawn(now);
  if (unsettled_ > 0) {
    --unsettled_;
  } else if (!begun_) {
    begun_ = now;
  } else {
    entries_ += entries;
    ++answers_;
  }
}

std::optional<RateMeter::Reading> RateMeter::read(const lane::Pace& pace,
                                                  const Window& window) const {
  if (!begun_ || out_seconds_ <= 0) return std::nullopt;
  if (last_ - *begun_ < window.time && answers_ < window.enough) return std::nullopt;
  const bool slow = last_ - *begun_ >= window.patience;
  if (answers_ < (slow ? std::min(kFewest, window.answers) : window.answers)) return std::nullopt;
  const double wanted = pace.in_flight;
  return Reading{.rate = static_cast<double>(entries_) / out_seconds_ * wanted,
                 .filling = out_seconds_ / (seconds(last_ - *begun_) * wanted),
                 .entries = static_cast<double>(entries_) / answers_};
}

std::optional<RateMeter::Reading> RateMeter::take(const lane::Pace& pace, const Window& window) {
  const auto reading = read(pace, window);
  if (reading) {
    restart(0);
    begun_ = last_;
  }
  return reading;
}

}  // namespace fhirehose::sink::fhir
