#include "index/urn_table.hpp"

#include <algorithm>
#include <limits>
#include <mutex>

namespace fhirehose::index {
namespace {

/// `60c47deb-...` of `urn:uuid:60c47deb-...`.
std::string_view last_part(std::string_view urn) { return urn.substr(urn.rfind(':') + 1); }

/// The scope of what reaches over all of the input; no Bundle has this name.
constexpr BundleName kEverywhere{std::numeric_limits<std::uint32_t>::max(),
                                 std::numeric_limits<std::uint64_t>::max()};

}  // namespace

core::ResourceKey UrnTable::key_of(const BundleName& scope, std::string_view urn) {
  core::ResourceKey key = core::key_of(core::kBundle, urn);
  key.high ^= (std::uint64_t{scope.member} + 1) * 0x9E3779B97F4A7C15ULL;
  key.low ^= (scope.offset + 1) * 0xC2B2AE3D27D4EB4FULL;
  return key;
}

void UrnTable::add(const BundleName& scope, std::string_view urn, const Target& target,
                   std::uint64_t order) {
  insert(key_of(scope, urn), urn, target, order);
  if (reach_ == UrnReach::kInput && ++reaching_ <= most_reaching_) {
    insert(key_of(kEverywhere, urn), urn, target, order);
  }
}

void UrnTable::insert(const core::ResourceKey& key, std::string_view urn, const Target& target,
                      std::uint64_t order) {
  const bool own_id = target.id == last_part(urn);
  Shard& shard = shards_[shard_of(key)];
  const std::lock_guard lock(shard.mutex);
  if (!own_id) shard.other_ids.emplace_back(target.id);
  const auto other_id = static_cast<std::uint32_t>(own_id ? 0 : shard.other_ids.size());
  shard.entries.push_back({key, order, other_id, target.type});
}

void UrnTable::sort(Shard& shard) {
  std::ranges::sort(shard.entries);
  const auto id_of = [&shard](const Entry& entry) {
    return entry.other_id == 0 ? std::string_view() : shard.other_ids[entry.other_id - 1];
  };
  std::size_t kept = 0;
  for (const Entry& entry : shard.entries) {
    if (kept == 0 || shard.entries[kept - 1].key != entry.key) {
      shard.entries[kept++] = entry;
      continue;
    }
    Entry& first = shard.entries[kept - 1];
    first.agreed = first.agreed && first.type == entry.type && id_of(first) == id_of(entry);
  }
  shard.entries.resize(kept);
}

const UrnTable::Entry* UrnTable::entry_of(const core::ResourceKey& key) const {
  Shard& shard = shards_[shard_of(key)];
  std::call_once(shard.sorted, sort, shard);
  const auto found = std::ranges::lower_bound(shard.entries, key, {}, &Entry::key);
  return found != shard.entries.end() && found->key == key ? &*found : nullptr;
}

UrnTable::Target UrnTable::target_of(const core::ResourceKey& key, const Entry& entry,
                                     std::string_view urn) const {
  if (entry.other_id == 0) return {entry.type, last_part(urn)};
  return {entry.type, shards_[shard_of(key)].other_ids[entry.other_id - 1]};
}

std::optional<UrnTable::Target> UrnTable::find(const BundleName& scope,
                                               std::string_view urn) const {
  const core::ResourceKey own = key_of(scope, urn);
  if (const Entry* entry = entry_of(own)) return target_of(own, *entry, urn);
  if (reach_ == UrnReach::kBundle) return std::nullopt;
  const core::ResourceKey key = key_of(kEverywhere, urn);
  const Entry* const entry = entry_of(key);
  // Where Bundles mean different resources by it, only they know which.
  if (entry == nullptr || !entry->agreed) return std::nullopt;
  return target_of(key, *entry, urn);
}

void UrnTable::append_keys(std::size_t shard, std::vector<std::uint64_t>& out) const {
  const auto& entries = shards_[shard].entries;
  out.reserve(out.size() + entries.size());
  for (const Entry& entry : entries) out.push_back(entry.key.low);
}

}  // namespace fhirehose::index
