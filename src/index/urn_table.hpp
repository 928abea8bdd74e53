#pragma once

#include <array>
#include <atomic>
#include <compare>
#include <cstddef>
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

/// How far a `urn:` fullUrl reaches.
enum class UrnReach : std::uint8_t {
  kBundle,  ///< its own Bundle (http://hl7.org/fhir/R4/bundle.html#references)
  kInput,   ///< where its own Bundle does not know it: all Bundles, as far as they agree
};

/// Which resource each `urn:` fullUrl stands for, and each other one that does not say so itself.
/// 32 bytes a fullUrl, more where the id is not the urn's own uuid; the double where it reaches
/// over all of the input. `add` from any thread; `find` from any once nobody adds.
class UrnTable {
 public:
  /// FullUrls that reach over all of the input: 1 GiB.
  static constexpr std::uint64_t kMostReaching = 16'000'000;

  explicit UrnTable(UrnReach reach = UrnReach::kBundle, std::uint64_t most_reaching = kMostReaching)
      : reach_(reach), most_reaching_(most_reaching) {}

  struct Target {
    core::ResourceType type{};
    std::string_view id;  ///< of the table, or of the `urn` that was asked for
    bool operator==(const Target&) const = default;
  };

  /// The first entry of a Bundle that claims a fullUrl keeps it; `order` says which is first.
  void add(const BundleName& scope, std::string_view urn, const Target& target,
           std::uint64_t order);
  /// The Bundle's own; else, where fullUrls reach so far, what all others that claim it agree on.
  [[nodiscard]] std::optional<Target> find(const BundleName& scope, std::string_view urn) const;

  /// There were more than may reach over all of the input: the rest is known in its Bundle only.
  [[nodiscard]] bool overfull() const { return reaching_ > most_reaching_; }

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
    bool agreed = true;  ///< once sorted: with all others of its key
    auto operator<=>(const Entry&) const = default;
  };
  /// Written as a log; when it is first asked, sorted, and the first of each key kept: most looks
  /// never ask.
  struct Shard {
    std::mutex mutex;
    std::once_flag sorted;
    std::vector<Entry> entries;
    std::vector<std::string> other_ids;
  };
  void insert(const core::ResourceKey& key, std::string_view urn, const Target& target,
              std::uint64_t order);
  static void sort(Shard& shard);
  /// The first entry of a key; null: there is none.
  [[nodiscard]] const Entry* entry_of(const core::ResourceKey& key) const;
  [[nodiscard]] Target target_of(const core::ResourceKey& key, const Entry& entry,
                                 std::string_view urn) const;

  const UrnReach reach_;
  const std::uint64_t most_reaching_;
  std::atomic<std::uint64_t> reaching_{0};
  mutable std::array<Shard, kShards> shards_;
};

}  // namespace fhirehose::index
