#include "index/urn_table.hpp"

#include <algorithm>
#include <mutex>

namespace fhirehose::index {
namespace {

/// `60c47deb-...` of `urn:uuid:60c47deb-...`.
std::string_view last_part(std::string_view urn) { return urn.substr(urn.rfind(':') + 1); }

}  // namespace

core::ResourceKey UrnTable::key_of(const BundleName& scope, std::string_view urn) {
  core::ResourceKey key = core::key_of(core::kBundle, urn);
  key.high ^= (std::uint64_t{scope.member} + 1) * 0x9E3779B97F4A7C15ULL;
  key.low ^= (scope.offset + 1) * 0xC2B2AE3D27D4EB4FULL;
  return key;
}

void UrnTable::add(const BundleName& scope, std::string_view urn, const Target& target,
                   std::uint64_t order) {
  const core::ResourceKey key = key_of(scope, urn);
  const bool own_id = target.id == last_part(urn);
  Shard& shard = shards_[shard_of(key)];
  const std::lock_guard lock(shard.mutex);
  if (!own_id) shard.other_ids.emplace_back(target.id);
  const auto other_id = static_cast<std::uint32_t>(own_id ? 0 : shard.other_ids.size());
  shard.entries.push_back({key, order, other_id, target.type});
}

std::optional<UrnTable::Target> UrnTable::find(const BundleName& scope,
                                               std::string_view urn) const {
  const core::ResourceKey key = key_of(scope, urn);
  Shard& shard = shards_[shard_of(key)];
  std::call_once(shard.sorted, [&shard] { std::ranges::sort(shard.entries); });
  // Of several with the same key, the one of the least order.
  const auto found = std::ranges::lower_bound(shard.entries, key, {}, &Entry::key);
  if (found == shard.entries.end() || found->key != key) return std::nullopt;
  const bool own_id = found->other_id == 0;
  return Target{found->type, own_id ? last_part(urn) : shard.other_ids[found->other_id - 1]};
}

void UrnTable::append_keys(std::size_t shard, std::vector<std::uint64_t>& out) const {
  const auto& entries = shards_[shard].entries;
  out.reserve(out.size() + entries.size());
  for (const Entry& entry : entries) out.push_back(entry.key.low);
}

}  // namespace fhirehose::index
