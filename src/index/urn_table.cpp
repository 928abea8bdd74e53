#include "index/urn_table.hpp"

#include <utility>

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
  Entry entry{order, target.type, target.id == last_part(urn) ? "" : std::string(target.id)};
  Shard& shard = shards_[shard_of(key)];
  const std::lock_guard lock(shard.mutex);
  const auto [held, fresh] = shard.entries.try_emplace(key, entry);
  if (!fresh && order < held->second.order) held->second = std::move(entry);
}

std::optional<UrnTable::Target> UrnTable::find(const BundleName& scope,
                                               std::string_view urn) const {
  const core::ResourceKey key = key_of(scope, urn);
  const auto& entries = shards_[shard_of(key)].entries;
  const auto found = entries.find(key);
  if (found == entries.end()) return std::nullopt;
  const Entry& entry = found->second;
  return Target{entry.type, entry.id.empty() ? last_part(urn) : std::string_view(entry.id)};
}

void UrnTable::append_keys(std::size_t shard, std::vector<std::uint64_t>& out) const {
  const auto& entries = shards_[shard].entries;
  out.reserve(out.size() + entries.size());
  for (const auto& [key, entry] : entries) out.push_back(key.low);
}

}  // namespace fhirehose::index
