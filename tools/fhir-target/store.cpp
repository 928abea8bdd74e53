#include "fhir-target/store.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include <fmt/format.h>

#include "core/fhir_id.hpp"
#include "fhir-target/element_path.hpp"

namespace fhirehose::target {
namespace {

Written outcome(Written::Effect effect, const Write& write, std::uint32_t version) {
  return {effect, write.type, write.id, version};
}

/// By meta.lastUpdated, then meta.versionId, as far as both contents say it.
bool is_older(const Write& write, const Stored& stored) {
  if (write.last_updated != stored.last_updated)
    return write.last_updated != core::kNever && write.last_updated < stored.last_updated;
  return write.version_id != 0 && write.version_id < stored.version_id;
}

tl::unexpected<Refusal> refuse_missing(const Write& write, const Target& target) {
  const std::string_view rest = std::string_view(write.text).substr(target.offset);
  return refuse(400, fmt::format("HAPI-1094: Resource {} not found, specified in path: {}.{}",
                                 rest.substr(0, rest.find('"')), core::name_of(write.type),
                                 element_path(write.text, target.offset)));
}

}  // namespace

Answered<std::vector<Written>> Store::commit(std::span<Write> writes) {
  // Allocated before the lock is taken, as is all that can be.
  std::vector<Written> written;
  written.reserve(writes.size());
  const std::unique_lock lock(mutex_);
  if (auto checked = check(writes); !checked) return tl::unexpected(std::move(checked.error()));
  for (Write& write : writes) written.push_back(apply(write));
  return written;
}

Answered<void> Store::check(std::span<const Write> writes) const {
  for (const Write& write : writes) {
    if (auto checked = check_id(write); !checked) return checked;
  }
  if (auto checked = check_deletes(writes); !checked) return checked;
  return check_targets(writes);
}

Answered<void> Store::check_deletes(std::span<const Write> writes) const {
  Keys deleted;
  Keys replaced;
  for (const Write& write : writes)
    (write.kind == Write::Kind::kDelete ? deleted : replaced).insert(write.key);
  if (!rules_.enforces() || deleted.empty()) return {};
  for (const auto& [key, stored] : resources_) {
    if (deleted.contains(key) || replaced.contains(key)) continue;
    for (const core::ResourceKey& target : stored.targets) {
      if (!deleted.contains(target)) continue;
      const auto gone = resources_.find(target);
      if (gone == resources_.end()) continue;
      return refuse(409, fmt::format("HAPI-0550: HAPI-0515: Unable to delete {}/{} because at "
                                     "least one resource has a reference to this resource. First "
                                     "reference found was resource {}/{}",
                                     core::name_of(gone->second.type), gone->second.id,
                                     core::name_of(stored.type), stored.id));
    }
  }
  return {};
}

Answered<void> Store::check_id(const Write& write) const {
  const bool there = resources_.contains(write.key);
  const bool refuses_number = rules_.numeric_ids == NumericIds::kRefused && !there;
  if (write.kind == Write::Kind::kUpdate && refuses_number && core::is_numeric_id(write.id))
    return refuse(400, fmt::format("HAPI-0960: Can not create resource with ID[{}], no resource "
                                   "with this ID exists and clients may only assign IDs which "
                                   "contain at least one non-numeric character",
                                   write.id));
  if (write.kind != Write::Kind::kCreate) return {};
  // The condition was asked without the lock: another commit may have come in between.
  const bool found = write.if_none_exists && by_identifier_.contains(*write.if_none_exists);
  if (found || there)
    return refuse(409,
                  "HAPI-0825: The operation has failed with a unique index constraint "
                  "failure: another request has created the resource meanwhile");
  return {};
}

Answered<void> Store::check_targets(std::span<const Write> writes) const {
  Keys coming;
  for (const Write& write : writes) {
    for (const Target& target : write.targets) {
      if (resources_.contains(target.key)) continue;
      // Most targets are in the store already, so that this set is seldom built.
      if (coming.empty())
        for (const Write& other : writes)
          if (other.kind != Write::Kind::kDelete) coming.insert(other.key);
      if (!coming.contains(target.key)) return refuse_missing(write, target);
    }
  }
  return {};
}

namespace {

std::vector<core::ResourceKey> keys_of(const std::vector<Target>& targets) {
  std::vector<core::ResourceKey> keys;
  keys.reserve(targets.size());
  for (const Target& target : targets) keys.push_back(target.key);
  return keys;
}

}  // namespace

Written Store::apply(Write& write) {
  if (write.kind == Write::Kind::kDelete) return remove(write);
  const auto found = resources_.find(write.key);
  if (found == resources_.end()) return create(write);
  if (write.kind == Write::Kind::kExisting)
    return outcome(Written::Effect::kUnchanged, write, found->second.version);
  return update(write, found->second);
}

Written Store::create(Write& write) {
  for (const core::ResourceKey& identifier : write.identifiers)
    by_identifier_.emplace(identifier, write.key);
  resources_.emplace(write.key, Stored{.type = write.type,
                                       .id = write.id,
                                       .text = std::move(write.text),
                                       .last_updated = write.last_updated,
                                       .version_id = write.version_id,
                                       .hash = write.hash,
                                       .identifiers = std::move(write.identifiers),
                                       .targets = keys_of(write.targets)});
  tally_.hash += write.hash;
  ++tally_.resources[core::index_of(write.type)];
  ++tally_.total;
  ++tally_.versions_written;
  return outcome(Written::Effect::kCreated, write, 1);
}

Written Store::update(Write& write, Stored& stored) {
  if (stored.text == write.text) {
    ++tally_.unchanged;
    return outcome(Written::Effect::kUnchanged, write, stored.version);
  }
  if (is_older(write, stored)) ++tally_.older_over_newer;
  forget_identifiers(write.key, stored);
  for (const core::ResourceKey& identifier : write.identifiers)
    by_identifier_.emplace(identifier, write.key);
  tally_.hash -= stored.hash;
  tally_.hash += write.hash;
  ++tally_.versions_written;
  stored.text = std::move(write.text);
  stored.hash = write.hash;
  stored.last_updated = write.last_updated;
  stored.version_id = write.version_id;
  stored.identifiers = std::move(write.identifiers);
  stored.targets = keys_of(write.targets);
  return outcome(Written::Effect::kUpdated, write, ++stored.version);
}

Written Store::remove(const Write& write) {
  const auto found = resources_.find(write.key);
  // Deleting what is not there succeeds (http://hl7.org/fhir/R4/http.html#delete).
  if (found == resources_.end()) return outcome(Written::Effect::kDeleted, write, 0);
  forget_identifiers(write.key, found->second);
  tally_.hash -= found->second.hash;
  --tally_.resources[core::index_of(write.type)];
  --tally_.total;
  ++tally_.deleted;
  const std::uint32_t version = found->second.version;
  resources_.erase(found);
  return outcome(Written::Effect::kDeleted, write, version);
}

void Store::forget_identifiers(const core::ResourceKey& key, const Stored& stored) {
  for (const core::ResourceKey& identifier : stored.identifiers) {
    const auto [first, last] = by_identifier_.equal_range(identifier);
    const auto own = std::find_if(first, last, [&](auto& entry) { return entry.second == key; });
    if (own != last) by_identifier_.erase(own);
  }
}

std::string Store::assign_id(core::ResourceType type) {
  const std::unique_lock lock(mutex_);
  std::string id;
  do {
    id = std::to_string(++last_id_);
  } while (resources_.contains(core::key_of(type, id)));
  return id;
}

std::optional<Stored> Store::read(const core::ResourceKey& key) const {
  const std::shared_lock lock(mutex_);
  const auto found = resources_.find(key);
  if (found == resources_.end()) return std::nullopt;
  return found->second;
}

std::vector<std::string> Store::find(const core::ResourceKey& identifier) const {
  std::vector<std::string> ids;
  const std::shared_lock lock(mutex_);
  const auto [first, last] = by_identifier_.equal_range(identifier);
  for (auto entry = first; entry != last; ++entry) ids.push_back(resources_.at(entry->second).id);
  std::ranges::sort(ids);
  return ids;
}

StoreTally Store::tally() const {
  const std::shared_lock lock(mutex_);
  return tally_;
}

std::uint64_t Store::count_missing(const TargetsOf& targets_of) const {
  const std::shared_lock lock(mutex_);
  std::uint64_t missing = 0;
  for (const auto& [key, stored] : resources_)
    for (const core::ResourceKey& target : targets_of(stored))
      missing += resources_.contains(target) ? 0 : 1;
  return missing;
}

void Store::reset() {
  const std::unique_lock lock(mutex_);
  resources_.clear();
  by_identifier_.clear();
  tally_ = {};
  last_id_ = 0;
}

}  // namespace fhirehose::target
