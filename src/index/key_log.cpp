#include "index/key_log.hpp"

#include <algorithm>
#include <bit>

#include "index/deal_to_shards.hpp"

namespace fhirehose::index {

KeyLog::Packed KeyLog::pack(const KeyedRecord& record) {
  return {record.key.low,
          record.rank,
          static_cast<std::uint32_t>(record.position),
          static_cast<std::uint16_t>(record.position >> 32),
          static_cast<std::uint8_t>(record.key.high),
          record.type};
}

KeyedRecord KeyLog::unpack(const Packed& packed) {
  return {{packed.key_more, packed.key}, packed.type, packed.rank, loser_of(packed).position()};
}

KeyLog::Loser KeyLog::loser_of(const Packed& packed) {
  return {packed.position_low, packed.position_high, packed.type};
}

void KeyLog::append(Shard& shard, const Packed& packed) {
  const std::size_t in_block = shard.size % kBlock;
  if (in_block == 0) {
    shard.blocks.push_back(std::make_unique_for_overwrite<std::array<Packed, kBlock>>());
  }
  (*shard.blocks.back())[in_block] = packed;
  ++shard.size;
}

void KeyLog::add(std::span<const KeyedRecord> records) {
  deal_to_shards<kShards>(
      records, mutexes_, [](const KeyedRecord& record) { return shard_of(record.key); },
      [this](const KeyedRecord& record) { append(shards_[shard_of(record.key)], pack(record)); });
}

std::vector<KeyLog::Loser> KeyLog::losers(std::size_t index, const Wins& wins) {
  Shard& shard = shards_[index];
  // No lock: nobody adds any more, and no one else has this shard.
  std::vector<Loser> losers;
  const auto at = [&](std::uint32_t i) -> Packed& {
    return (*shard.blocks[i / kBlock])[i % kBlock];
  };
  // Open addressing, at most half full; a slot holds 1 + the place of its key's best record so far.
  std::vector<std::uint32_t> slots(std::bit_ceil(shard.size * 2 + 1));
  const std::size_t mask = slots.size() - 1;
  for (std::uint32_t i = 0; i < shard.size; ++i) {
    const Packed& record = at(i);
    std::size_t slot = record.key & mask;
    const auto other_key = [&](std::uint32_t held) {
      const Packed& known = at(held - 1);
      return known.key != record.key || known.key_more != record.key_more ||
             known.type != record.type;
    };
    while (slots[slot] != 0 && other_key(slots[slot])) slot = (slot + 1) & mask;
    if (slots[slot] == 0) {
      slots[slot] = i + 1;
      continue;
    }
    const KeyedRecord held = unpack(at(slots[slot] - 1));
    const KeyedRecord challenger = unpack(record);
    const bool replaces = wins(challenger, held);
    losers.push_back(loser_of(replaces ? at(slots[slot] - 1) : record));
    if (replaces) slots[slot] = i + 1;
  }
  shard.blocks.clear();
  shard.size = 0;
  return losers;
}

void KeyLog::append_keys(std::size_t index, std::vector<std::uint64_t>& out) const {
  const Shard& shard = shards_[index];
  out.reserve(out.size() + shard.size);
  for (std::size_t i = 0; i < shard.size; ++i)
    out.push_back((*shard.blocks[i / kBlock])[i % kBlock].key);
}

}  // namespace fhirehose::index
