#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/resource_key.hpp"

namespace fhirehose::index {

/// Names a Bundle: the member it is in, and the offset of its `{` in the member's decompressed
/// bytes.
struct BundleName {
  std::uint32_t member = 0;
  std::uint64_t offset = 0;
  auto operator<=>(const BundleName&) const = default;
};

/// Which resource each `urn:` fullUrl stands for. A fullUrl holds within its Bundle
/// (http://hl7.org/fhir/R4/bundle.html#references). 32 bytes an entry, more where the id is not the
/// urn's own uuid. `add` from any thread; `find` from any once nobody adds.
class UrnTable {
 public:
  struct Target {
    core::ResourceType type{};
    std::string_view id;  ///< of the table, or of the `urn` that was asked for
  };

  /// The first entry of a Bundle that claims a fullUrl keeps it; `order` says which is first.
  void add(const BundleName& scope, std::string_view urn, const Target& target,
           std::uint64_t order);
  [[nodiscard]] std::optional<Target> find(const BundleName& scope, std::string_view urn) const;

  static constexpr std::size_t kShards = 64;
  static core::ResourceKey key_of(const BundleName& scope, std::string_view urn);
  /// The shard that keeps a key.
  static std::size_t shard_of(const core::ResourceKey& key) { return key.high % kShards; }
  /// Appends ResourceKey::low of each fullUrl in that shard.
  void append_keys(std::size_t shard, std::vector<std::uint64_t>& out) const;

 private:
  struct Entry {
    core::ResourceKey key;
    std::uint64_t order;
    std::uint32_t other_id;  ///< 1 + place in `other_ids`; 0: the id is the urn's own last part
    core::ResourceType type;
    auto operator<=>(const Entry&) const = default;
  };
  /// Written as a log, and sorted when it is first asked: most looks never ask.
  struct Shard {
    std::mutex mutex;
    std::once_flag sorted;
    std::vector<Entry> entries;
    std::vector<std::string> other_ids;
  };
  mutable std::array<Shard, kShards> shards_;
};

}  // namespace fhirehose::index
