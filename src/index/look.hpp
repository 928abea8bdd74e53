#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "index/key_log.hpp"
#include "index/load_plan.hpp"
#include "index/rank.hpp"
#include "record/parse.hpp"
#include "record/record_batch.hpp"

namespace fhirehose::index {

/// Which of several records of a key is loaded.
enum class DuplicateRule : std::uint8_t {
  kNewest,  ///< greatest (meta.lastUpdated, meta.versionId, position in the input)
  kFirst,   ///< first in the input
  kLast,    ///< last in the input
};

/// The first pass: takes every batch of the input in any order and adds up what the plan needs.
/// `add` and `member_broken` from any thread; then each shard's `decide` from any thread; then
/// `finish` once.
class Look {
 public:
  Look(std::size_t members, DuplicateRule rule, UrnReach reach = UrnReach::kBundle);

  /// `parsing`: as the batch was parsed.
  void add(const record::RecordBatch& batch, const record::ParseOptions& parsing = {});
  void member_broken(std::uint32_t member, std::string why);

  static constexpr std::size_t kShards = KeyLog::kShards;
  /// ResourceKey::low of each record's key in that shard, and UrnTable's of each fullUrl: what
  /// there is to refer to. Once nobody adds, and before `decide`, which frees the keys.
  [[nodiscard]] std::vector<std::uint64_t> known_keys(std::size_t shard) const;
  /// Finds the losers of one shard's keys.
  void decide(std::size_t shard);
  /// The plan. Nothing may be called afterwards.
  std::unique_ptr<const LoadPlan> finish();

 private:
  struct Chunk {
    std::uint64_t first_position;  ///< of its first accepted record; others follow one by one
    std::uint32_t member, sequence;
    std::uint32_t newlines;
    std::vector<std::uint32_t> losers;  ///< rows, in no order
  };
  struct Tally;
  std::uint64_t register_chunk(const record::RecordBatch& batch, const Tally& tally);
  void add_keys(const record::RecordBatch& batch, std::uint64_t first_position);
  void add_full_urls(const record::RecordBatch& batch);
  void add_base(std::string_view base);
  void add_bundles(const record::RecordBatch& batch);
  void add_rejections(const Tally& tally);
  void add_history(const record::RecordBatch& batch, std::uint64_t first_position);
  void note_undated_deletes(const record::RecordBatch& batch);
  [[nodiscard]] bool wins(const KeyedRecord& a, const KeyedRecord& b) const;
  [[nodiscard]] bool goes_by_position(const KeyedRecord& record) const;
  [[nodiscard]] const BundleName* history_of(std::uint64_t position) const;
  [[nodiscard]] std::size_t chunk_of(std::uint64_t position) const;
  void place_chunks();
  void place_rejections();
  void place_untold_types();
  void add_up();

  const DuplicateRule rule_;
  KeyLog keys_;
  RankStore ranks_;
  std::mutex mutex_;  ///< guards what follows
  std::unique_ptr<LoadPlan> plan_;
  std::vector<Chunk> chunks_;  ///< by first_position
  std::uint64_t next_position_ = 0;

  /// Neighbouring records of one Bundle that is, or may be, a history.
  struct HistoryRun {
    std::uint64_t first_position, end_position;
    BundleName bundle;
  };
  std::vector<HistoryRun> history_;  ///< by first_position
  /// Of records in parts of Bundles that had not told their type yet.
  std::map<BundleName, order::TypeSet> untold_types_;
  /// Of DELETEs that do not say when they were done: ResourceKey as KeyLog gives it back. Sorted
  /// once nobody adds.
  std::vector<core::ResourceKey> undated_deletes_;
  std::once_flag deletes_sorted_;
};

}  // namespace fhirehose::index
