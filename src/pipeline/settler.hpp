#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "fhirehose/load.hpp"
#include "index/load_plan.hpp"
#include "ledger/ledger.hpp"
#include "pipeline/pending_settlement.hpp"
#include "pipeline/replay.hpp"
#include "pipeline/settled_units.hpp"
#include "pipeline/settlement_writer.hpp"
#include "record/parse.hpp"
#include "record/record_batch.hpp"
#include "sink/sink.hpp"
#include "source/catalog.hpp"

namespace fhirehose::pipeline {

/// A run on its way, as the settler needs it; outlives it.
struct SettlerContext {
  const source::Catalog& catalog;
  const index::LoadPlan& plan;
  const record::ParseOptions& parsing;
  ledger::Ledger& ledger;
  ledger::RunId run;
  Progress& progress;
  std::stop_token stop;  ///< the load can't go on once it is asked for
  /// The letters that the input is made of, one a member, when they are replayed; else null.
  const std::vector<ReplayedLetter>* replayed = nullptr;
  bool resolves = true;  ///< those of them that are loaded are no longer open
};

/// What a phase takes of a chunk.
struct ChunkShare {
  const record::RecordBatch& batch;
  std::uint32_t rows = 0;                          ///< records that go to the sink
  std::span<const core::ResourceType> duplicates;  ///< types of those that lost to another record
  bool rejections = false;                         ///< those of the chunk are this phase's
};

/// Counts what became of each record, and has the ledger keep it with the dead letters: a record
/// is settled there together with its letter, or not at all. Thread-safe.
class Settler {
 public:
  /// `settled`: what earlier processes of this run have settled.
  Settler(const SettlerContext& context, const ledger::Settled& settled);

  [[nodiscard]] const SettledUnits& earlier() const { return earlier_; }

  /// A chunk has been read; `share` is without what was settled earlier. Comes before anything of
  /// it is delivered, and settles what is not sent.
  void open(const ChunkShare& share);
  /// What came of a bundle. A stopped one settles nothing; nor do the entries that are `waiting`,
  /// ascending and no refusals: they come again.
  void delivered(const sink::Delivery& delivery, std::span<const std::uint32_t> waiting = {});
  /// All that is settled is in the ledger when this returns, or the reason why not in `stopped`.
  void finish();

  /// Why the load can't go on, once it can't.
  [[nodiscard]] std::optional<std::string> stopped() const;
  void stop(std::string why);

  /// By type, the last place for records whose type could not be read; earlier processes' too.
  /// Once nothing is delivered any more.
  [[nodiscard]] const SumsByType& sums() const { return sums_; }

 private:
  ledger::DeadLetter letter(const memory::ChunkOrigin& origin, std::int64_t line) const;
  ledger::DeadLetter letter(const memory::ChunkOrigin& origin,
                            const record::Rejection& rejection) const;
  ledger::DeadLetter letter(const lane::Entry& entry, const sink::Refusal& refusal) const;
  [[nodiscard]] ledger::DeadLetter after_replay(ledger::DeadLetter letter,
                                                std::uint32_t member) const;
  struct Few;
  void reject_all(const ChunkShare& share, const RowSet* earlier);
  void reject(const ledger::UnitName& unit, Few& few);
  void resolve(PendingSettlement& pending, std::uint32_t member);
  void add(PendingSettlement& pending, std::size_t type, const Sums& sums);
  static void settle(PendingSettlement& pending, std::span<const lane::Entry> entries);

  const SettlerContext context_;
  const SettledUnits earlier_;
  std::map<std::uint32_t, std::uint64_t> loaded_of_;  ///< records, by member; as `sums_`
  SumsByType sums_{};                                 ///< changed within an update of writer_
  mutable std::mutex mutex_;
  std::optional<std::string> stopped_;
  SettlementWriter writer_;  ///< last: its thread is to end first
};

/// Of the phase that has read the batch.
ledger::UnitName unit_of(const record::RecordBatch& batch);
/// Of the phase that has read the entry's record.
ledger::UnitName unit_of(const lane::Entry& entry);

}  // namespace fhirehose::pipeline
