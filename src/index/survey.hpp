#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>

#include "core/resource_type.hpp"
#include "index/look.hpp"
#include "index/size_histogram.hpp"
#include "index/target_log.hpp"
#include "index/target_tally.hpp"
#include "record/record_batch.hpp"

namespace fhirehose::index {

/// Where references point (http://hl7.org/fhir/R4/references.html). Each is counted once; one that
/// has an identifier but no `reference` is not seen.
struct ReferenceFacts {
  std::uint64_t present = 0;  ///< relative or absolute, and that Type/id is in the input
  std::uint64_t missing = 0;  ///< relative or absolute, and it is not
  std::uint64_t conditional = 0;
  std::uint64_t contained = 0;       ///< `#id`
  std::uint64_t urn_resolved = 0;    ///< a `urn:` that is a fullUrl of its Bundle
  std::uint64_t urn_unresolved = 0;  ///< a `urn:` that is none
  std::uint64_t other = 0;
  std::array<std::uint64_t, core::kResourceTypeCount> missing_of{};  ///< `missing` by target's type
};

/// What only `inspect` wants to know of a type. Duplicates included.
struct SurveyedType {
  SizeHistogram sizes;            ///< of the resources' bytes
  std::uint64_t illegal_ids = 0;  ///< records that were rejected for that
  ReferenceFacts references;      ///< of this type's resources to others
};

/// Goes along with a Look and counts what a load can do without. Takes about 17 KiB a type, and
/// what TargetLog says for the references, and on each thread 16 bytes a reference of the largest
/// batch. `add` from any thread; then each shard's `settle` from
/// any thread; then `of`.
class Survey {
 public:
  void add(const record::RecordBatch& batch, const record::ParseOptions& parsing = {});
  /// Holds the shard's references against what the look has seen, before it decides that shard.
  void settle(std::size_t shard, const Look& look);

  /// Why references could not be held against the input; their counts are too low then.
  [[nodiscard]] const std::optional<core::Error>& failure() const { return failure_; }

  /// Null: there is none of that type.
  [[nodiscard]] const SurveyedType* of(core::ResourceType type) const;

 private:
  SurveyedType& sums_of(std::size_t type);
  void add_untargeted(const TargetTally& tally);

  TargetLog targets_;
  std::mutex mutex_;  ///< guards what follows
  std::optional<core::Error> failure_;
  std::array<std::unique_ptr<SurveyedType>, core::kResourceTypeCount> types_;
};

}  // namespace fhirehose::index
