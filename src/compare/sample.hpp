#pragma once

#include <cstdint>
#include <optional>

#include "core/resource_key.hpp"

namespace fhirehose::compare {

/// Which resources are compared: all, or those that a hash of their key and a seed picks. The same
/// input, size and seed give the same sample on any machine and in any order. Thread-safe.
class Sample {
 public:
  /// `wanted` of `total` resources, as near as chance comes (+-2 square roots of it); none: all.
  Sample(std::optional<std::uint64_t> wanted, std::uint64_t total, std::uint64_t seed);

  [[nodiscard]] bool takes(const core::ResourceKey& key) const;
  [[nodiscard]] bool takes_all() const { return !below_; }

 private:
  const std::uint64_t seed_;
  std::optional<std::uint64_t> below_;  ///< hashes that are taken; none: all
};

/// The share of all resources that is exceeded by those that differ with a chance of less than 1 -
/// `confidence`, when none of `compared` chosen by chance did: 1 - (1 - confidence)^(1 / compared).
double greatest_share(std::uint64_t compared, double confidence);

}  // namespace fhirehose::compare
