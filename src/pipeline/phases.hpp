#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "index/load_plan.hpp"
#include "order/type_set.hpp"
#include "pipeline/settled_units.hpp"
#include "record/record_batch.hpp"
#include "sink/sink.hpp"

namespace fhirehose::pipeline {

/// What is loaded before the next phase begins: the records of `types` that stand for themselves,
/// or the transactions that are kept whole, or at the end the DELETEs of `types`.
struct Phase {
  enum class Takes : std::uint8_t { kEverything, kTypes, kTransactions, kDeletes };
  std::uint32_t number = 0;  ///< from 0, in the order of loading
  Takes takes = Takes::kEverything;
  order::TypeSet types;
  std::vector<std::uint32_t> members;  ///< to read, ascending
  /// Members that no earlier phase has read: their rejected records are settled here.
  std::set<std::uint32_t> first_visits;
};

/// The transactions of the source that a target takes in one piece.
class WholeTransactions {
 public:
  WholeTransactions(const index::LoadPlan& plan, const sink::Traits& traits);
  /// Entries of that Bundle in the source when it is kept whole, else 0.
  [[nodiscard]] std::uint32_t entries(const index::BundleName& name) const;
  [[nodiscard]] bool any() const { return !members_.empty(); }
  [[nodiscard]] bool any_in(std::uint32_t member) const { return members_.contains(member); }

 private:
  const index::LoadPlan& plan_;
  const sink::Traits& traits_;
  std::set<std::uint32_t> members_;
};

/// Whether a record goes in that phase; `kept_whole`: with its transaction.
bool takes(const Phase& phase, const record::RecordView& record, bool kept_whole);

/// The phases of a load, in order; each member is read in every phase that has something of it.
std::vector<Phase> phases(const index::LoadPlan& plan, const sink::Traits& traits);

/// Members of the phase that hold something which is not settled yet, ascending.
std::vector<std::uint32_t> unsettled_members(const Phase& phase, const index::LoadPlan& plan,
                                             const SettledUnits& settled);

/// The same where the same records are read in the same chunks and go in the same phases: what a
/// unit's name (phase, member, chunk) means then is the same too.
std::uint64_t fingerprint(const index::LoadPlan& plan, const std::vector<Phase>& phases);

/// Each phase for people: `Organization Location`, `transactions`, `DELETE Patient`; empty where
/// one phase takes everything.
std::vector<std::string> describe(const std::vector<Phase>& phases);

}  // namespace fhirehose::pipeline
