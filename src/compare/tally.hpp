#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "core/resource_type.hpp"

namespace fhirehose::compare {

/// What became of one resource at the target.
enum class Outcome : std::uint8_t {
  kEqual,
  kDifferent,
  kMissing,
  kUnreadable,  ///< the target has failed to tell it
  kKnown,       ///< missing or different, and a known dead letter says why
};
inline constexpr std::size_t kOutcomes = 5;

/// A resource that is not as it should be. No content but the id.
struct Finding {
  std::uint32_t member = 0;    ///< of the input
  std::uint64_t position = 0;  ///< byte in the member's decompressed text: orders findings
  std::uint64_t line = 0;      ///< from 1
  Outcome outcome = Outcome::kMissing;
  core::ResourceType type{};
  std::string id;
  std::string what;  ///< the path of the first difference, or why it could not be read
};

/// Adds up what came of each resource. Thread-safe.
class Tally {
 public:
  /// Of the findings the first `kept` by (member, position) are kept, whatever the order in which
  /// they come.
  explicit Tally(std::size_t kept) : kept_(kept) {}

  void count(core::ResourceType type, Outcome outcome);
  void keep(Finding finding);

  using Sums = std::array<std::uint64_t, kOutcomes>;  ///< by Outcome
  [[nodiscard]] Sums sums(core::ResourceType type) const;
  /// In order. Once nobody keeps any more.
  [[nodiscard]] std::vector<Finding> findings() const;

 private:
  const std::size_t kept_;
  std::array<std::array<std::atomic<std::uint64_t>, kOutcomes>, core::kResourceTypeCount> counts_{};
  mutable std::mutex mutex_;
  std::vector<Finding> findings_;  ///< a heap with the last one on top
};

}  // namespace fhirehose::compare
