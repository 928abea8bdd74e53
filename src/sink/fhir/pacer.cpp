#include "sink/fhir/pacer.hpp"

#include <algorithm>
#include <cmath>

namespace fhirehose::sink::fhir {
namespace {

using std::chrono::milliseconds;

constexpr double kDoublingPays = 1.25;  ///< twice as many in flight have to bring so much
constexpr double kHalvingCosts = 0.97;  ///< half as many may bring this
constexpr double kLargerPays = 1.01;    ///< bundles twice as large have to
constexpr double kGain = 0.02;          ///< of more in flight, to be taken
constexpr double kEntriesGain = 0.01;   ///< of larger bundles, which take nothing from anyone
constexpr double kUnclear = 0.01;       ///< on top of it, where the noise leaves it open
constexpr double kLoss = -0.01;         ///< that a smaller one may bring
constexpr double kHopeless = -0.08;     ///< what is slower by this, and by the noise, ends at once
constexpr double kSlow = 2.5;           ///< times the usual duration of a window
constexpr double kChange = 0.8;         ///< of the rate at one pace: something else is going on
constexpr std::uint32_t kMostRounds = 5;  ///< of a trial
constexpr double kFilled = 0.75;          ///< of the places, or too little was there to be sent
constexpr double kFullEntries = 0.7;      ///< likewise of a bundle's
constexpr double kLeastNoise = 0.005;
constexpr double kMostNoise = 0.3;
constexpr double kTooBad = 0.2;      ///< share of bad answers, with each weighing
constexpr double kBadWeight = 0.1;   ///< so much: three in a row, or every fourth
constexpr std::uint32_t kStorm = 3;  ///< in a row: nothing is taken
constexpr milliseconds kLeastPause{1'000};
constexpr milliseconds kMostPause{30'000};
constexpr std::uint32_t kPause = 12;      ///< times the duration of a trial, until the next
constexpr std::uint32_t kShortPause = 3;  ///< likewise; more in flight is tried in vain at no cost
constexpr milliseconds kModesty{30'000};  ///< after more was too much

std::uint32_t scaled(std::uint32_t value, double factor) {
  return static_cast<std::uint32_t>(std::lround(static_cast<double>(value) * factor));
}

}  // namespace

Pacer::Pacer(const PaceLimits& limits) : limits_(limits), present_(within_limits(limits.start)) {
  climb_ = Climb{.what = What::kInFlight, .from = present_};
}

lane::Pace Pacer::within_limits(lane::Pace pace) const {
  pace.in_flight = std::clamp(pace.in_flight, limits_.least.in_flight, limits_.most.in_flight);
  pace.entries = std::clamp(pace.entries, limits_.least.entries, limits_.most.entries);
  return pace;
}

lane::Pace Pacer::pace() const {
  if (trouble_) return {trouble_->in_flight, present_.entries};
  return trial_ && trial_->there ? trial_->pace : present_;
}

Tempo::Why Pacer::why() const {
  if (limits_.least == limits_.most) return Tempo::Why::kFixed;
  if (starved_windows_ >= full_windows_) return Tempo::Why::kInput;
  return climb_ ? Tempo::Why::kClimbing : Tempo::Why::kKnee;
}

void Pacer::answered(Clock::time_point now, std::uint32_t entries) {
  meter_.answered(now, entries);
  const bool stale = deaf_ > 0;
  note_answer(true, now);
  if (!trouble_) return measure(now);
  if (!stale) come_back();
}

void Pacer::failed(Clock::time_point now) {
  meter_.answered(now, 0);
  note_answer(false, now);
}

/// One bad answer among good ones is an accident; several are a server that wants less. What was
/// out when it was given way to speaks of the pace before.
void Pacer::note_answer(bool good, Clock::time_point now) {
  if (deaf_ > 0) {
    --deaf_;
    return;
  }
  bad_share_ += kBadWeight * ((good ? 0 : 1) - bad_share_);
  bad_in_a_row_ = good ? 0 : bad_in_a_row_ + 1;
  if (bad_share_ > kTooBad) give_way(now);
}

/// Where good answers come beside the bad, it is too much for the server; where none do, it has
/// other trouble, and will take as much as before. A storm may begin like the one, with good
/// answers to what was out, and show later that it is the other.
void Pacer::give_way(Clock::time_point now) {
  const std::uint32_t in_flight = pace().in_flight;
  const bool climbed = climb_ && climb_->rate > 0 && climb_->what != What::kFewer;
  const bool tried_more = climbed || (trial_ && trial_->up);
  const bool storm = !tried_more && bad_in_a_row_ >= kStorm;
  if (climbed) present_ = climb_->from;
  if (!trouble_ && now >= modest_until_) before_trouble_ = present_.in_flight;
  Trouble trouble = trouble_.value_or(Trouble{.ceiling = present_.in_flight});
  if (storm) {
    trouble.ceiling = std::max(before_trouble_, present_.in_flight);
  } else if (!tried_more) {
    trouble.ceiling = std::min(trouble.ceiling, in_flight * 4 / 5);
  }
  modest_until_ = storm ? Clock::time_point{} : now + kModesty;
  trouble.in_flight = std::max(limits_.least.in_flight, in_flight / 2);
  trouble.ceiling = std::max(limits_.least.in_flight, trouble.ceiling);
  trouble_ = trouble;
  bad_share_ = 0;
  bad_in_a_row_ = 0;
  deaf_ = meter_.out();
  trial_.reset();
  if (climb_) end_climb();
}

void Pacer::come_back() {
  if (++trouble_->in_flight < trouble_->ceiling) return;
  lane::Pace back = present_;
  back.in_flight = trouble_->ceiling;
  trouble_.reset();
  change_to(back);
}

void Pacer::limit_entries(std::uint32_t entries) {
  entries = std::max(entries, 1U);
  if (entries >= limits_.most.entries) return;
  limits_.most.entries = entries;
  limits_.least.entries = std::min(limits_.least.entries, entries);
  trial_.reset();
  if (climb_ && climb_->what == What::kEntries) climb_.reset();
  change_to(present_);
}

void Pacer::change_to(const lane::Pace& pace) {
  present_ = within_limits(pace);
  meter_.restart(meter_.out());
}

/// Answers tend to come in groups of as many as are in flight: whole groups are measured.
RateMeter::Window Pacer::window() const {
  const std::uint32_t in_flight = pace().in_flight;
  const auto groups = [&](std::uint32_t answers) {
    return (answers + in_flight - 1) / in_flight * in_flight;
  };
  // A server that is fast is not to be half through a load until its pace is found.
  if (climb_) return {.answers = groups(4), .time = milliseconds(50), .enough = groups(32)};
  RateMeter::Window window{.answers = groups(std::max(12U, 2 * in_flight)),
                           .time = milliseconds(100)};
  // What is far slower than usual shows before all of it is there.
  if (usual_ != 0) {
    const double usually =
        window.answers * static_cast<double>(present_.entries) / std::exp(usual_);
    window.patience = std::chrono::duration_cast<milliseconds>(
        std::chrono::duration<double>(kSlow * usually) + window.time);
  }
  return window;
}

void Pacer::measure(Clock::time_point now) {
  if (trial_ && trial_->there && is_lost(*trial_)) return end_trial(Verdict::kNoBetter, now);
  const auto reading = meter_.take(pace(), window());
  if (!reading) return;
  if (reading->filling < kFilled) {
    ++starved_windows_;
    return;
  }
  ++full_windows_;
  if (limits_.least == limits_.most) return;
  if (climb_) {
    climb(reading->rate);
  } else if (trial_) {
    try_out(std::log(reading->rate), *reading, now);
  } else {
    settle(std::log(reading->rate), now);
  }
}

/// Below the knee twice as many bring twice as much; where they bring less, the knee is as many
/// times the old number away from it as the rate is of the old rate.
void Pacer::climb(double rate) {
  const Climb last = *climb_;
  const double ratio = rate / last.rate;
  if (last.rate == 0 || ratio >= pays(last.what)) return climb_on(rate);
  lane::Pace back = last.from;
  if (last.what == What::kInFlight) {
    back.in_flight = std::clamp(scaled(back.in_flight, ratio), back.in_flight, present_.in_flight);
  } else if (last.what == What::kFewer) {
    back.in_flight =
        std::clamp(scaled(present_.in_flight, 1 / ratio), present_.in_flight, back.in_flight);
  }
  change_to(back);
  // The first step has led nowhere: the knee may be below.
  if (last.what == What::kInFlight && last.steps == 1) {
    climb_ = Climb{.what = What::kFewer, .from = present_};
  } else {
    end_climb();
  }
}

void Pacer::climb_on(double rate) {
  lane::Pace next = present_;
  if (climb_->what == What::kInFlight) next.in_flight *= 2;
  if (climb_->what == What::kFewer) next.in_flight /= 2;
  if (climb_->what == What::kEntries) next.entries *= 2;
  next = within_limits(next);
  if (next == present_) return end_climb();
  climb_->from = present_;
  climb_->rate = rate;
  ++climb_->steps;
  change_to(next);
}

/// What a step has to bring, as a multiple of what was there before it.
double Pacer::pays(What what) {
  switch (what) {
    case What::kInFlight:
      return kDoublingPays;
    case What::kFewer:
      return kHalvingCosts;
    default:
      return kLargerPays;
  }
}

void Pacer::end_climb() {
  const bool entries_next = climb_->what != What::kEntries && !trouble_;
  climb_.reset();
  move_ = 1;  // fewer in flight have been tried on the way
  if (entries_next) climb_ = Climb{.what = What::kEntries, .from = present_};
  meter_.restart(meter_.out());
}

void Pacer::settle(double rate, Clock::time_point now) {
  if (usual_ != 0 && notice_change(rate)) return;
  usual_ = rate;
  if (now >= next_trial_ || suspicion_) begin_trial(now);
}

/// The same pace brings much more or less than it did: other resources, or the knee has moved. If
/// the latency grew at the same work, it is where so many are in flight as are worked on; from
/// there it is climbed again.
bool Pacer::notice_change(double rate) {
  const double change = rate - usual_;
  if (std::abs(change) < std::max(kChange, 3 * noise_)) {
    note_noise(change);
    return false;
  }
  lane::Pace next = present_;
  if (change > 0) {
    next.in_flight = next.in_flight * 3 / 2 + 1;
    suspicion_ = within_limits(next);
    return false;
  }
  next.in_flight = std::min(next.in_flight, scaled(next.in_flight, std::exp(change)) + 1);
  change_to(next);
  climb_ = Climb{.what = What::kInFlight, .from = present_};
  usual_ = 0;
  return true;
}

void Pacer::note_noise(double difference) {
  constexpr double kWeight = 0.1;
  const double variance = difference * difference / 2;
  noise_ = std::sqrt((1 - kWeight) * noise_ * noise_ + kWeight * variance);
  noise_ = std::clamp(noise_, kLeastNoise, kMostNoise);
}

/// More in flight comes every other time: it costs nothing at the knee, and is the only way to find
/// that it has moved up.
lane::Pace Pacer::neighbour(std::uint32_t move) const {
  lane::Pace pace = present_;
  switch (move % 8) {
    case 0:
      pace.in_flight = (pace.in_flight + 1) / 2;
      break;
    case 2:
      pace.entries *= 2;
      break;
    case 4:
      pace.in_flight = std::min(pace.in_flight - 1, scaled(pace.in_flight, 0.8));
      break;
    case 6:
      pace.entries = (pace.entries + 1) / 2;
      break;
    default:
      pace.in_flight = std::max(pace.in_flight + 1, scaled(pace.in_flight, 1.5));
  }
  return within_limits(pace);
}

void Pacer::begin_trial(Clock::time_point now) {
  lane::Pace next = suspicion_.value_or(present_);
  suspicion_.reset();
  const auto too_bold = [&] { return next.in_flight > present_.in_flight && now < modest_until_; };
  for (int i = 0; i < 8 && (next == present_ || too_bold()); ++i) next = neighbour(move_++);
  if (next == present_ || too_bold()) return;
  const bool entries = next.entries != present_.entries;
  trial_ = Trial{.pace = next,
                 .what = entries ? What::kEntries : What::kInFlight,
                 .up = next.entries > present_.entries || next.in_flight > present_.in_flight,
                 .here = usual_,
                 .begun = now};
  meter_.restart(meter_.out());
}

/// In turns, there and here, so that what changes in the meantime meets both.
void Pacer::try_out(double rate, const RateMeter::Reading& reading, Clock::time_point now) {
  Trial& trial = *trial_;
  const bool too_small = trial.what == What::kEntries &&
                         reading.entries < kFullEntries * static_cast<double>(pace().entries);
  if (too_small) return end_trial(Verdict::kNoBetter, now);
  if (trial.there) {
    trial.rate = rate;
    if (hopeless(trial)) return end_trial(Verdict::kNoBetter, now);
    if (is_relief(trial)) return end_trial(Verdict::kBetter, now);
    trial.there = false;
    return meter_.restart(meter_.out());
  }
  trial.gain += trial.rate - (trial.here + rate) / 2;
  ++trial.rounds;
  note_noise(std::clamp(rate - trial.here, -kChange, kChange));
  trial.here = usual_ = rate;
  const Verdict verdict = judge(trial);
  if (verdict != Verdict::kOpen) return end_trial(verdict, now);
  trial.there = true;
  meter_.restart(meter_.out());
}

/// What was good may be good again.
lane::Pace Pacer::as_far_again(const lane::Pace& from, const lane::Pace& to) const {
  return within_limits({scaled(to.in_flight, static_cast<double>(to.in_flight) / from.in_flight),
                        scaled(to.entries, static_cast<double>(to.entries) / from.entries)});
}

/// So bad that it shows after a few answers.
bool Pacer::is_lost(const Trial& trial) const {
  const std::uint32_t few = std::max(4U, trial.pace.in_flight);
  const auto reading = meter_.read(trial.pace, {.answers = few, .time = milliseconds(50)});
  return reading && std::log(reading->rate) - trial.here < 2 * kHopeless - 4 * noise_;
}

bool Pacer::hopeless(const Trial& trial) const {
  const double gain = trial.rate - trial.here;
  return gain < kHopeless - 2 * noise_ || (trial.up && gain < kGain - 3 * noise_);
}

/// Less in flight brings clearly more: there is no need to go back into the overload to be sure.
bool Pacer::is_relief(const Trial& trial) const {
  return !trial.up && trial.rate - trial.here > -kHopeless + 2 * noise_;
}

Pacer::Verdict Pacer::judge(const Trial& trial) const {
  const double gain = trial.gain / trial.rounds;
  const double doubt = noise_ * std::sqrt(1.5 / trial.rounds);
  const double more = trial.what == What::kEntries ? kEntriesGain : kGain;
  const double needed = trial.up ? more : kLoss;
  if (gain - doubt > needed) return Verdict::kBetter;
  if (gain + doubt < needed) return Verdict::kNoBetter;
  if (trial.rounds < kMostRounds) return Verdict::kOpen;
  return gain > needed + kUnclear ? Verdict::kBetter : Verdict::kNoBetter;
}

void Pacer::end_trial(Verdict verdict, Clock::time_point now) {
  const Trial trial = *trial_;
  trial_.reset();
  const bool was_free = trial.up && trial.what == What::kInFlight;
  const auto pause = (was_free ? kShortPause : kPause) * (now - trial.begun);
  next_trial_ = now + std::clamp<Clock::duration>(pause, kLeastPause, kMostPause);
  if (verdict == Verdict::kBetter) {
    suspicion_ = as_far_again(present_, trial.pace);
    if (was_free && trial.gain > trial.rounds * std::log(kDoublingPays))
      climb_ = Climb{.what = What::kInFlight, .from = trial.pace};
    usual_ = 0;
    return change_to(trial.pace);
  }
  meter_.restart(meter_.out());
}

}  // namespace fhirehose::sink::fhir
