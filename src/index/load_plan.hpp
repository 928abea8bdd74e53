#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/resource_type.hpp"
#include "index/urn_table.hpp"
#include "order/type_set.hpp"
#include "record/record_batch.hpp"
#include "record/source_bases.hpp"
#include "record/splitter.hpp"

namespace fhirehose::index {

/// What was seen of one type.
struct TypeFacts {
  std::uint64_t read = 0;       ///< records accepted by parse, duplicates included
  std::uint64_t duplicate = 0;  ///< of these, not their key's winner
  std::uint64_t deletes = 0;    ///< of `read`, those that take the resource away
  std::uint64_t bytes = 0;      ///< of the resources
  std::uint64_t without_id = 0;
  std::uint64_t numeric_id = 0;
};

/// What was seen of one member.
struct MemberFacts {
  order::TypeSet loose_types;    ///< of records outside of transactions
  order::TypeSet bundle_types;   ///< of records in transactions
  order::TypeSet deleted_types;  ///< of DELETEs, which are in none of the above
  std::uint64_t records = 0;     ///< rejected ones included
  std::uint64_t rejected = 0;
  std::uint64_t bytes = 0;  ///< decompressed
  std::uint64_t newlines = 0;
  std::string problem;  ///< why it is broken behind what was read; empty: it is not
};

/// A Bundle's parts added up.
struct BundleFacts {
  record::BundleType type = record::BundleType::kUnknown;
  std::uint32_t entries = 0;
  std::uint64_t bytes = 0;
};

/// A record that the look rejected, for `inspect`.
struct SeenRejection {
  std::uint32_t member = 0, sequence = 0;
  std::uint64_t line = 0;  ///< from 1
  std::uint64_t begin = 0, end = 0;
  record::Reason reason;
};

/// All that the look found out, and that makes everything after it certain. Read-only: any thread.
class LoadPlan {
 public:
  explicit LoadPlan(UrnReach reach = UrnReach::kBundle) : urns(reach) {}

  std::array<TypeFacts, core::kResourceTypeCount> types{};
  order::TypeReferences refers;
  std::vector<MemberFacts> members;
  std::map<BundleName, BundleFacts> bundles;  ///< transactions only
  UrnTable urns;
  record::SourceBases bases;    ///< of fullUrls that name their own resource
  bool too_many_bases = false;  ///< there were more than SourceBases holds; it holds none then
  std::vector<SeenRejection> rejections;  ///< the first kKeptRejections, in order of the input
  std::uint64_t read = 0, duplicate = 0, rejected = 0, bytes = 0;
  std::uint64_t search_outcomes = 0;   ///< entries left out: what servers said of searches
  std::uint64_t bad_last_updated = 0;  ///< accepted records whose meta.lastUpdated is no instant
  std::array<std::uint64_t, record::kBundleTypeCount> bundles_of_type{};  ///< by BundleType
  std::array<std::uint64_t, record::kMethodCount> requests{};  ///< accepted records, by Method
  /// Of `rejected`, those whose type could be read.
  std::array<std::uint64_t, core::kResourceTypeCount> rejected_of_type{};

  static constexpr std::size_t kKeptRejections = 1'000;

  /// Rows of that chunk's batch that are not their key's winner, ascending.
  [[nodiscard]] std::span<const std::uint32_t> losers(std::uint32_t member,
                                                      std::uint32_t sequence) const;
  /// Newlines of the member before that chunk.
  [[nodiscard]] std::uint64_t newlines_before(std::uint32_t member, std::uint32_t sequence) const;
  /// Of `rejected`, those whose type could not be read.
  [[nodiscard]] std::uint64_t rejected_untyped() const;
  /// Chunks of that member; they are numbered from 0.
  [[nodiscard]] std::uint32_t chunks(std::uint32_t member) const;
  /// The same for the same chunks with the same losers.
  [[nodiscard]] std::uint64_t fingerprint() const;

 private:
  friend class Look;
  struct Chunk {
    std::uint32_t member = 0, sequence = 0;
    std::uint64_t newlines_before = 0;
    std::uint64_t first_loser = 0;
    std::uint32_t losers = 0;
  };
  [[nodiscard]] const Chunk* find(std::uint32_t member, std::uint32_t sequence) const;

  std::vector<Chunk> chunks_;  ///< by (member, sequence)
  std::vector<std::uint32_t> loser_rows_;
};

}  // namespace fhirehose::index
