#include "fhir-target/sightings.hpp"

#include <array>
#include <cstring>

#include "core/resource_key.hpp"

namespace fhirehose::target {
namespace {

/// Hashed apart first: `a` + `bc` and `ab` + `c` are different requests.
std::uint64_t joined(const std::array<std::uint64_t, 3>& hashes) {
  std::array<char, sizeof(hashes)> bytes{};
  std::memcpy(bytes.data(), hashes.data(), bytes.size());
  return core::stable_hash({bytes.data(), bytes.size()});
}

}  // namespace

std::uint64_t content_of(std::string_view method, std::string_view url, std::string_view body) {
  return joined({core::stable_hash(method), core::stable_hash(url), core::stable_hash(body)});
}

std::uint64_t content_of(const Entry& entry) {
  const auto method = static_cast<std::uint64_t>(entry.method);
  const std::string_view text = entry.resource ? entry.resource->text : std::string_view();
  return joined({method, core::stable_hash(entry.url), core::stable_hash(text)});
}

Sightings::Met Sightings::meet(std::uint64_t content, const Decide& decide) {
  const std::scoped_lock lock(mutex_);
  const auto [found, is_new] = seen_.try_emplace(content);
  Seen& seen = found->second;
  Met met{.sighting = {content, seen.times, seen.faults}};
  met.fault = decide(met.sighting);
  ++(is_new ? tally_.distinct : tally_.again);
  if (seen.done) ++tally_.again_after_done;
  ++seen.times;
  if (met.fault != nullptr) ++seen.faults;
  return met;
}

void Sightings::mark_done(std::uint64_t content) {
  const std::scoped_lock lock(mutex_);
  // Forgotten meanwhile: then it has not come at all.
  const auto found = seen_.find(content);
  if (found != seen_.end()) found->second.done = true;
}

void Sightings::begin_plan() {
  const std::scoped_lock lock(mutex_);
  for (auto& [content, seen] : seen_) seen = {.done = seen.done};
}

SightingTally Sightings::tally() const {
  const std::scoped_lock lock(mutex_);
  return tally_;
}

void Sightings::forget() {
  const std::scoped_lock lock(mutex_);
  seen_.clear();
  tally_ = {};
}

}  // namespace fhirehose::target
