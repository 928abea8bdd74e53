#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "core/resource_key.hpp"
#include "index/rank.hpp"

namespace fhirehose::index {

/// A record as far as duplicates are concerned.
struct KeyedRecord {
  core::ResourceKey key;
  core::ResourceType type{};
  RankStore::Rank rank = 0;
  std::uint64_t position = 0;  ///< any number that names the record; below 2^48
};

/// All keys of the input, 24 bytes a record, written while looking and decided afterwards: each
/// key's shard is small enough for the cache, where one table of all keys would miss it at every
/// record. `add` from any thread; `losers` of different shards from different threads once nobody
/// adds.
class KeyLog {
 public:
  static constexpr std::size_t kShards = 64;
  /// Whether the first record wins over the second, which has the same key.
  using Wins = std::function<bool(const KeyedRecord&, const KeyedRecord&)>;

  void add(std::span<const KeyedRecord> records);

  /// A record that another one of its key wins over.
  struct Loser {
    std::uint32_t position_low;
    std::uint16_t position_high;
    core::ResourceType type;

    [[nodiscard]] std::uint64_t position() const {
      return (std::uint64_t{position_high} << 32) | position_low;
    }
  };

  /// Those in that shard. Frees the shard.
  std::vector<Loser> losers(std::size_t shard, const Wins& wins);

  /// The shard that keeps a key.
  static std::size_t shard_of(const core::ResourceKey& key) { return key.high >> 58; }
  /// Appends ResourceKey::low of each record in that shard.
  void append_keys(std::size_t shard, std::vector<std::uint64_t>& out) const;

 private:
  /// 72 bits of the key, that the shard (6 more) and the type do not say already.
  struct Packed {
    std::uint64_t key;
    std::uint64_t rank;
    std::uint32_t position_low;
    std::uint16_t position_high;
    std::uint8_t key_more;
    core::ResourceType type;
  };
  static_assert(sizeof(Packed) == 24);
  static constexpr std::size_t kBlock = 1024;
  static constexpr std::size_t kShardsOfGroup = 8;
  static constexpr std::size_t kGroups = kShards / kShardsOfGroup;
  struct Shard {
    std::vector<std::unique_ptr<std::array<Packed, kBlock>>> blocks;
    std::size_t size = 0;
  };

  static Packed pack(const KeyedRecord& record);
  static KeyedRecord unpack(const Packed& packed);
  static Loser loser_of(const Packed& packed);
  static void append(Shard& shard, const Packed& packed);

  mutable std::array<std::mutex, kGroups> mutexes_;  ///< of kShardsOfGroup shards each
  std::array<Shard, kShards> shards_;
};

}  // namespace fhirehose::index
