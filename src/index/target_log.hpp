#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

#include "core/resource_key.hpp"
#include "core/result.hpp"
#include "index/key_log.hpp"
#include "memory/scratch_file.hpp"

namespace fhirehose::index {

/// What references of one type point to, and how many of them do.
struct Target {
  /// Of `to` where that names no type: a `urn:`, which its Bundle may explain.
  static constexpr std::uint8_t kUrn = core::kResourceTypeCount;

  std::uint64_t key = 0;         ///< ResourceKey::low; of `urn:`s UrnTable's
  std::uint64_t count : 42 = 0;  ///< references
  std::uint64_t shard : 6 = 0;   ///< that keeps the key: KeyLog's, or UrnTable's
  std::uint64_t from : 8 = 0;    ///< type that refers
  std::uint64_t to : 8 = 0;      ///< type that is referred to, or kUrn
};
static_assert(sizeof(Target) == 16);

/// References from one type to one type.
struct TargetCount {
  std::uint8_t from = 0;  ///< as Target's
  std::uint8_t to = 0;    ///< as Target's
  std::uint64_t present = 0, missing = 0;
};

/// All that the input refers to, to be held against the input's keys once these are known. Takes
/// 8 MiB; what does not fit goes to a scratch file, 16 bytes a reference at most, or, where that
/// can't be made or written, stays in memory. `add` from any thread; `settle` of different shards
/// from different threads once nobody adds.
class TargetLog {
 public:
  static constexpr std::size_t kShards = KeyLog::kShards;

  void add(std::span<const Target> targets);

  /// The shard's references by where they point, exact. `known` has the `key`s of what there is in
  /// that shard, in any order and any number of times. Frees the shard. Takes up to 40 bytes a key
  /// of the shard while it runs. kReject: what was spilled can't be read back.
  core::Result<std::vector<TargetCount>> settle(std::size_t shard,
                                                std::span<const std::uint64_t> known);

  /// Bytes that the log holds now.
  [[nodiscard]] std::uint64_t bytes() const;

 private:
  static constexpr std::size_t kRoom = 8192;  ///< targets of a shard that stay in memory
  static constexpr std::size_t kShardsOfGroup = 8;
  static constexpr std::size_t kGroups = kShards / kShardsOfGroup;
  struct Extent {
    std::uint64_t offset = 0;  ///< in the scratch file
    std::size_t targets = 0;
  };
  struct Shard {
    std::vector<Target> targets;
    std::vector<Extent> spilled;
  };
  void append(Shard& shard, const Target& target);
  static void merge(std::vector<Target>& targets);
  bool spill(Shard& shard);

  mutable std::array<std::mutex, kGroups> mutexes_;  ///< of kShardsOfGroup shards each
  std::array<Shard, kShards> shards_;
  core::Result<memory::ScratchFile> scratch_ = memory::ScratchFile::make();
  std::atomic<std::uint64_t> scratch_end_{0};
};

}  // namespace fhirehose::index
