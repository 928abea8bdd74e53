#include "deferral/waiting.hpp"

#include "record/reference_text.hpp"

namespace fhirehose::deferral {

Awaited awaited(const sink::Refusal& refusal) {
  if (!refusal.missing) return {Awaited::Kind::kDeletion, {}, {}};
  const std::string_view reference = refusal.missing->reference;
  if (reference.empty()) return {};
  const std::size_t slash = reference.find('/');
  const auto type = record::lookup_type(reference.substr(0, slash));
  if (!type) return {};
  if (slash == std::string_view::npos) return {Awaited::Kind::kOfType, *type, {}};
  return {Awaited::Kind::kRecord, *type, core::key_of(*type, reference.substr(slash + 1))};
}

Loads::Loads(std::uint64_t records, std::uint64_t filter_bytes) {
  if (filter_bytes > 0) filter_.emplace(records, filter_bytes);
}

void Loads::add(core::ResourceType type, const core::ResourceKey& key) {
  ++counts_.all;
  ++counts_.of_type[core::index_of(type)];
  if (filter_) filter_->add(key);
}

void Loads::add_deletion() { ++counts_.deletions; }

void Loads::begin_step() { at_step_ = counts_; }

std::uint64_t Loads::Counts::of(const Awaited& awaited) const {
  if (awaited.kind == Awaited::Kind::kDeletion) return deletions;
  return awaited.kind == Awaited::Kind::kOfType ? of_type[core::index_of(awaited.type)] : all;
}

std::uint64_t Loads::before(const Awaited& awaited) const { return at_step_.of(awaited); }

std::uint64_t Loads::now(const Awaited& awaited) const { return counts_.of(awaited); }

bool Loads::may_have(const core::ResourceKey& key) const {
  return !filter_ || filter_->may_have(key);
}

bool is_due(const Waiting& waiting, const Loads& loads) {
  if (waiting.state != Waiting::State::kWaiting) return false;
  if (loads.now(waiting.awaits) == waiting.since) return false;
  return waiting.awaits.kind != Awaited::Kind::kRecord || loads.may_have(waiting.awaits.key);
}

}  // namespace fhirehose::deferral
