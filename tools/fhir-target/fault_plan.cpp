#include "fhir-target/fault_plan.hpp"

#include <utility>

namespace fhirehose::target {
namespace {

/// Sums of rates such as 0.7 + 0.2 + 0.1 come out above 1.
constexpr double kRounding = 1e-9;

/// The finalizer of splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number
/// generators): each bit of the input changes half of the bits of the output.
std::uint64_t mixed(std::uint64_t bits) {
  bits += 0x9e3779b97f4a7c15U;
  bits = (bits ^ (bits >> 30U)) * 0xbf58476d1ce4e5b9U;
  bits = (bits ^ (bits >> 27U)) * 0x94d049bb133111ebU;
  return bits ^ (bits >> 31U);
}

}  // namespace

FaultPlan::FaultPlan(std::uint64_t seed, std::uint32_t cap, std::vector<Fault> faults)
    : seed_(seed), cap_(cap) {
  for (Fault& fault : faults) {
    const bool late = fault.kind == Fault::Kind::kLatency;
    auto& others = fault.kind == Fault::Kind::kEntry ? entries_ : requests_;
    (late ? late_ : others).push_back(std::move(fault));
  }
}

double FaultPlan::draw(const Sighting& sighting, std::uint32_t question) const {
  const std::uint64_t which = (std::uint64_t{question} << 32U) | sighting.seen;
  const std::uint64_t bits = mixed(mixed(mixed(seed_) ^ sighting.content) ^ which);
  // As many bits as a double's fraction has: all results are equally likely.
  return static_cast<double>(bits >> 11U) * 0x1p-53;
}

const Fault* FaultPlan::choose(const std::vector<Fault>& faults, const Sighting& sighting,
                               Question question) const {
  if (faults.empty() || (cap_ != 0 && sighting.faults >= cap_)) return nullptr;
  double left = draw(sighting, static_cast<std::uint32_t>(question));
  for (const Fault& fault : faults) {
    if (left < fault.rate) return &fault;
    left -= fault.rate;
  }
  return nullptr;
}

const Fault* FaultPlan::for_request(const Sighting& sighting) const {
  return choose(requests_, sighting, Question::kRequest);
}

const Fault* FaultPlan::for_entry(const Sighting& sighting) const {
  return choose(entries_, sighting, Question::kEntry);
}

Microseconds FaultPlan::latency(const Sighting& sighting) const {
  Microseconds sum{};
  // Two questions a latency: whether, and how much.
  auto question = static_cast<std::uint32_t>(Question::kLatency);
  for (const Fault& late : late_) {
    const bool met = draw(sighting, question++) < late.rate;
    const double part = draw(sighting, question++);
    const auto jitter = static_cast<double>(late.jitter.count()) * part;
    if (met) sum += late.wait + Microseconds(static_cast<Microseconds::rep>(jitter));
  }
  return sum;
}

double FaultPlan::cut_at(const Sighting& sighting) const {
  return draw(sighting, static_cast<std::uint32_t>(Question::kCut));
}

core::Status check_rates(const std::vector<Fault>& faults) {
  double requests = 0;
  double entries = 0;
  for (const Fault& fault : faults) {
    if (fault.kind == Fault::Kind::kLatency) continue;
    (fault.kind == Fault::Kind::kEntry ? entries : requests) += fault.rate;
  }
  if (requests <= 1 + kRounding && entries <= 1 + kRounding) return {};
  return core::fail(core::ErrorKind::kUsage,
                    "the rates of the faults sum up to more than 1: at most one strikes a request, "
                    "and one an entry");
}

}  // namespace fhirehose::target
