#include "fhir-target/misconduct.hpp"

#include <algorithm>
#include <utility>

#include "core/invariant.hpp"
#include "fhir-target/control.hpp"

namespace fhirehose::target {
namespace {

/// What does not depend on a content, and so is not drawn.
const Fault& storm_fault() {
  static const Fault kFault{.status = 503, .kind_name = "storm"};
  return kFault;
}

const Fault& bearer_fault() {
  static const Fault kFault{.status = 401, .kind_name = "bearer"};
  return kFault;
}

constexpr std::string_view kOverload = "overload";
constexpr std::string_view kLatency = "latency";

bool accepts(const std::vector<std::string>& bearers, std::string_view authorization) {
  constexpr std::string_view kScheme = "Bearer ";
  if (bearers.empty()) return true;
  if (!authorization.starts_with(kScheme)) return false;
  return std::ranges::find(bearers, authorization.substr(kScheme.size())) != bearers.end();
}

}  // namespace

Misconduct::Misconduct(const BehaviourTexts& texts) {
  auto behaviour = read_behaviour(texts);
  if (!behaviour)
    core::broken_invariant("behaviour that was not checked: " + behaviour.error().message);
  adopt(texts, std::move(*behaviour));
}

void Misconduct::adopt(BehaviourTexts texts, Behaviour behaviour) {
  const std::scoped_lock lock(mutex_);
  // What has not changed goes on: a storm that is over does not come again because faults change.
  if (!texts.same_plan(texts_)) {
    requests_.begin_plan();
    entries_.begin_plan();
  }
  if (texts.storm != texts_.storm) arrivals_ = 0;
  if (texts.capacity != texts_.capacity) capacity_.reset();
  if (behaviour.capacity && !capacity_) capacity_.emplace(*behaviour.capacity);
  plain_ = behaviour.plain();
  texts_ = std::move(texts);
  behaviour_ = std::make_shared<const Behaviour>(std::move(behaviour));
}

core::Status Misconduct::change(std::string_view json) {
  BehaviourTexts before;
  {
    const std::scoped_lock lock(mutex_);
    before = texts_;
  }
  auto texts = changed_by(std::move(before), json);
  if (!texts) return tl::unexpected(std::move(texts.error()));
  auto behaviour = read_behaviour(*texts);
  if (!behaviour) return tl::unexpected(std::move(behaviour.error()));
  adopt(std::move(*texts), std::move(*behaviour));
  return {};
}

Fate Misconduct::meet(const Arrival& arrival) {
  Fate fate;
  std::uint64_t number = 0;
  {
    const std::scoped_lock lock(mutex_);
    fate.behaviour = behaviour_;
    number = arrivals_++;
  }
  // A storm and a missing token are no faults of the content: they leave its memory as it is.
  if (fate.behaviour->storm.hits(number)) {
    fate.fault = &storm_fault();
  } else if (!accepts(fate.behaviour->bearers, arrival.authorization)) {
    fate.fault = &bearer_fault();
  } else if (fate.behaviour->remembers()) {
    draw(arrival, fate);
  }
  count(fate);
  return fate;
}

void Misconduct::draw(const Arrival& arrival, Fate& fate) {
  const FaultPlan& plan = fate.behaviour->faults;
  const auto met =
      requests_.meet(content_of(arrival.method, arrival.url, arrival.body),
                     [&](const Sighting& sighting) { return plan.for_request(sighting); });
  fate.fault = met.fault;
  fate.latency = plan.latency(met.sighting);
  fate.cut_at = plan.cut_at(met.sighting);
}

void Misconduct::count(const Fate& fate) {
  if (fate.latency > Microseconds::zero()) faults_.count(kLatency);
  if (fate.fault == nullptr) return;
  faults_.count(fate.fault->kind_name);
  if (fate.fault->turns_away()) ++turned_away_;
}

std::vector<const Fault*> Misconduct::meet_entries(const Fate& fate,
                                                   const std::vector<Entry>& entries) {
  std::vector<const Fault*> faults(entries.size(), nullptr);
  if (!fate.behaviour->remembers()) return faults;
  const auto decide = [&](const Sighting& s) { return fate.behaviour->faults.for_entry(s); };
  for (std::size_t i = 0; i < entries.size(); ++i)
    faults[i] = entries_.meet(content_of(entries[i]), decide).fault;
  return faults;
}

void Misconduct::mark_done(const Fate& fate, const Entry& entry) {
  if (fate.behaviour->remembers()) entries_.mark_done(content_of(entry));
}

Answered<Capacity::Time> Misconduct::book(std::size_t entries) {
  const std::scoped_lock lock(mutex_);
  // Read under the lock, so that it never goes back from one call to the next.
  const auto now = std::chrono::steady_clock::now();
  if (!capacity_) return now;
  if (const auto end = capacity_->book(now, entries)) return *end;
  faults_.count(kOverload);
  return refuse(capacity_->limits().status, "the server is overloaded: its queue is full");
}

std::string Misconduct::behaviour_json() const {
  const std::scoped_lock lock(mutex_);
  return texts_.json();
}

MisconductTally Misconduct::tally() const {
  MisconductTally tally{.faults = faults_.counts(), .turned_away = turned_away_};
  const std::scoped_lock lock(mutex_);
  if (behaviour_->remembers()) tally.entries = entries_.tally();
  return tally;
}

void Misconduct::reset() {
  const std::scoped_lock lock(mutex_);
  arrivals_ = 0;
  requests_.forget();
  entries_.forget();
  faults_.reset();
  turned_away_ = 0;
}

}  // namespace fhirehose::target
