#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "fhir-target/content_hash.hpp"
#include "fhir-target/refusal.hpp"
#include "fhir-target/rules.hpp"
#include "fhir-target/write.hpp"

namespace fhirehose::target {

/// A resource as it is kept.
struct Stored {
  core::ResourceType type{};
  std::string id{};
  std::string text{};
  std::uint32_t version = 1;
  core::Microseconds last_updated = core::kNever;
  std::uint64_t version_id = 0;  ///< of the content; `version` counts the writes
  ContentHash hash{};
  std::vector<core::ResourceKey> identifiers{};
  std::vector<core::ResourceKey> targets{};  ///< as Write::targets
};

/// What the store knows of itself without looking at every resource.
struct StoreTally {
  std::array<std::uint64_t, core::kResourceTypeCount> resources{};
  std::uint64_t total = 0;
  ContentHash hash{};
  std::uint64_t versions_written = 0;  ///< creates, and updates that changed a byte
  std::uint64_t unchanged = 0;         ///< updates that did not
  std::uint64_t deleted = 0;
  std::uint64_t older_over_newer = 0;  ///< updates to a content that says it is older
};

/// All resources, in memory. Thread-safe; a commit is seen whole or not at all. One lock is enough:
/// parsing, hashing and copying are done before, and what is left takes 0.3 us a resource.
class Store {
 public:
  explicit Store(const Rules& rules) : rules_(rules) {}

  /// Does all of `writes`, which name no resource twice, or refuses all of them: a target is
  /// missing (HAPI-1094), what is to be deleted is referred to by what stays (HAPI-0515), a numeric
  /// id can't be created (HAPI-0960), a condition no longer holds. Takes texts out of `writes`.
  Answered<std::vector<Written>> commit(std::span<Write> writes);

  /// A server's own new id: digits.
  std::string assign_id(core::ResourceType type);

  [[nodiscard]] std::optional<Stored> read(const core::ResourceKey& key) const;
  /// The ids that are found by that identifier, in alphabetical order.
  [[nodiscard]] std::vector<std::string> find(const core::ResourceKey& identifier) const;
  [[nodiscard]] StoreTally tally() const;

  /// How many keys that `targets_of` names, over all resources, are not there. O(bytes stored), and
  /// holds up writers meanwhile.
  using TargetsOf = std::function<std::vector<core::ResourceKey>(const Stored&)>;
  [[nodiscard]] std::uint64_t count_missing(const TargetsOf& targets_of) const;

  /// Empties everything, counts included.
  void reset();

 private:
  struct KeyHash {
    /// The key is a hash already.
    std::size_t operator()(const core::ResourceKey& key) const { return key.low; }
  };
  using Keys = std::unordered_set<core::ResourceKey, KeyHash>;
  using Resources = std::unordered_map<core::ResourceKey, Stored, KeyHash>;

  // All of these want the lock held: check* shared, the rest alone.
  [[nodiscard]] Answered<void> check(std::span<const Write> writes) const;
  [[nodiscard]] Answered<void> check_id(const Write& write) const;
  /// O(resources) where something is deleted and references are enforced.
  [[nodiscard]] Answered<void> check_deletes(std::span<const Write> writes) const;
  [[nodiscard]] Answered<void> check_targets(std::span<const Write> writes) const;
  Written apply(Write& write);
  Written create(Write& write);
  Written update(Write& write, Stored& stored);
  Written remove(const Write& write);
  void forget_identifiers(const core::ResourceKey& key, const Stored& stored);

  const Rules rules_;
  mutable std::shared_mutex mutex_;
  Resources resources_;
  /// From identifier_key to the resources that carry it.
  std::unordered_multimap<core::ResourceKey, core::ResourceKey, KeyHash> by_identifier_;
  StoreTally tally_;
  std::uint64_t last_id_ = 0;  ///< of all types, as HAPI's sequence is
};

}  // namespace fhirehose::target
