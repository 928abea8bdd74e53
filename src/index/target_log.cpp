#include "index/target_log.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "index/deal_to_shards.hpp"

namespace fhirehose::index {
namespace {

bool same_target(const Target& a, const Target& b) {
  return a.key == b.key && a.from == b.from && a.to == b.to;
}

/// Open addressing, at most half full. The keys are hashes: their low bits are the slot. A zero is
/// an empty slot, and is kept apart as a key.
class KeySet {
 public:
  explicit KeySet(std::span<const std::uint64_t> keys)
      : slots_(std::bit_ceil(keys.size() * 2 + 1)) {
    for (const std::uint64_t key : keys) {
      if (key == 0) has_zero_ = true;
      slots_[slot_of(key)] = key;
    }
  }

  [[nodiscard]] bool contains(std::uint64_t key) const {
    return key == 0 ? has_zero_ : slots_[slot_of(key)] == key;
  }

 private:
  [[nodiscard]] std::size_t slot_of(std::uint64_t key) const {
    std::size_t slot = key & (slots_.size() - 1);
    while (slots_[slot] != 0 && slots_[slot] != key) slot = (slot + 1) & (slots_.size() - 1);
    return slot;
  }

  std::vector<std::uint64_t> slots_;
  bool has_zero_ = false;
};

/// Sums by (from, to), of which there are few.
class PairSums {
 public:
  TargetCount& of(const Target& target) {
    std::uint16_t& place = places_[target.from * kColumns + target.to];
    if (place == 0) {
      sums_.push_back(
          {static_cast<std::uint8_t>(target.from), static_cast<std::uint8_t>(target.to), 0, 0});
      place = static_cast<std::uint16_t>(sums_.size());
    }
    return sums_[place - 1];
  }
  std::vector<TargetCount> take() { return std::move(sums_); }

 private:
  static constexpr std::size_t kColumns = core::kResourceTypeCount + 1;
  std::vector<std::uint16_t> places_ =
      std::vector<std::uint16_t>(core::kResourceTypeCount * kColumns);  ///< 1 + place in sums_
  std::vector<TargetCount> sums_;
};

}  // namespace

void TargetLog::add(std::span<const Target> targets) {
  deal_to_shards<kShards>(
      targets, mutexes_, [](const Target& target) { return std::size_t{target.shard}; },
      [this](const Target& target) { append(shards_[target.shard], target); });
}

/// What is full is merged; what is still half full then is spilled.
void TargetLog::append(Shard& shard, const Target& target) {
  std::vector<Target>& targets = shard.targets;
  if (targets.size() == targets.capacity()) {
    merge(targets);
    const bool room = targets.size() <= kRoom / 2 || spill(shard);
    targets.reserve(room ? kRoom : targets.size() * 2);
  }
  targets.push_back(target);
}

bool TargetLog::spill(Shard& shard) {
  if (!scratch_) return false;
  const std::uint64_t size = shard.targets.size() * sizeof(Target);
  const Extent extent{scratch_end_.fetch_add(size), shard.targets.size()};
  const auto* const bytes = reinterpret_cast<const char*>(shard.targets.data());
  if (!scratch_->write({bytes, size}, extent.offset)) return false;
  shard.spilled.push_back(extent);
  shard.targets.clear();
  return true;
}

/// By a table of places, not by sorting: a shard's targets and table stay in the cache.
void TargetLog::merge(std::vector<Target>& targets) {
  std::vector<std::uint32_t> slots(std::bit_ceil(targets.size() * 2 + 1));
  const std::size_t mask = slots.size() - 1;
  std::uint32_t kept = 0;
  for (const Target& target : targets) {
    std::size_t slot = (target.key + target.from) & mask;
    while (slots[slot] != 0 && !same_target(targets[slots[slot] - 1], target))
      slot = (slot + 1) & mask;
    if (slots[slot] != 0) {
      Target& first = targets[slots[slot] - 1];
      first.count = first.count + target.count;
    } else {
      targets[kept] = target;
      slots[slot] = ++kept;
    }
  }
  targets.resize(kept);
}

core::Result<std::vector<TargetCount>> TargetLog::settle(std::size_t index,
                                                         std::span<const std::uint64_t> known) {
  // Nobody adds any more.
  Shard shard = std::exchange(shards_[index], {});
  if (shard.targets.empty() && shard.spilled.empty()) return {};
  const KeySet keys(known);
  PairSums sums;
  const auto count = [&](std::span<const Target> targets) {
    for (const Target& target : targets) {
      TargetCount& sum = sums.of(target);
      (keys.contains(target.key) ? sum.present : sum.missing) += target.count;
    }
  };
  count(shard.targets);
  for (const Extent& extent : shard.spilled) {
    shard.targets.resize(extent.targets);
    auto* const bytes = reinterpret_cast<char*>(shard.targets.data());
    const core::Status read =
        scratch_->read({bytes, extent.targets * sizeof(Target)}, extent.offset);
    if (!read) return tl::unexpected(read.error());
    count(shard.targets);
  }
  return sums.take();
}

std::uint64_t TargetLog::bytes() const {
  std::uint64_t targets = 0;
  for (std::size_t i = 0; i < kShards; ++i) {
    const std::lock_guard lock(mutexes_[i / kShardsOfGroup]);
    targets += shards_[i].targets.capacity();
  }
  return targets * sizeof(Target);
}

}  // namespace fhirehose::index
