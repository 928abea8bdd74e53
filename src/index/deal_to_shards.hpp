#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

namespace fhirehose::index {

/// Calls `append(row)` for each of the rows, those of one shard after the other, while it holds the
/// mutex of the shard's group: each mutex has as many neighbouring shards. Sorted by shard first,
/// so that a batch takes each lock once, and few of them.
template <std::size_t kShards, std::size_t kGroups, class Row, class ShardOf, class Append>
void deal_to_shards(std::span<const Row> rows, std::array<std::mutex, kGroups>& mutexes,
                    ShardOf shard_of, Append append) {
  constexpr std::size_t kShardsOfGroup = kShards / kGroups;
  std::array<std::uint32_t, kShards + 1> begin{};
  for (const Row& row : rows) ++begin[shard_of(row) + 1];
  for (std::size_t i = 0; i < kShards; ++i) begin[i + 1] += begin[i];
  std::vector<const Row*> sorted(rows.size());
  std::array<std::uint32_t, kShards + 1> next = begin;
  for (const Row& row : rows) sorted[next[shard_of(row)]++] = &row;

  for (std::size_t group = 0; group < kGroups; ++group) {
    std::uint32_t at = begin[group * kShardsOfGroup];
    const std::uint32_t behind = begin[(group + 1) * kShardsOfGroup];
    if (at == behind) continue;
    const std::lock_guard lock(mutexes[group]);
    for (; at < behind; ++at) append(*sorted[at]);
  }
}

}  // namespace fhirehose::index
