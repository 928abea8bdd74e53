#pragma once

#include <vector>

#include "index/load_plan.hpp"
#include "lane/dispatcher.hpp"
#include "pipeline/phases.hpp"
#include "pipeline/settler.hpp"
#include "record/record_batch.hpp"
#include "sink/sink.hpp"

namespace fhirehose::pipeline {

/// Decides for each record of a batch whether it goes now. Thread-safe.
class Routing {
 public:
  Routing(const index::LoadPlan& plan, const sink::Traits& traits, Settler& settler,
          lane::Dispatcher& dispatcher);

  /// Gives the dispatcher what this phase takes, but for what an earlier process has settled. Opens
  /// the unit, and settles what ends here: duplicates, and on the member's first visit what was
  /// rejected.
  void route(const record::BatchHandle& batch, const Phase& phase) const;

 private:
  struct Rows {
    std::vector<std::uint32_t> loose;
    std::vector<std::vector<std::uint32_t>> of_bundle;  ///< by place in the batch's bundles
    std::uint32_t sent = 0;                             ///< of both
    std::vector<core::ResourceType> duplicates;
  };
  [[nodiscard]] Rows select(const record::RecordBatch& batch, const Phase& phase) const;
  void open(const record::RecordBatch& batch, const Phase& phase, const Rows& rows) const;
  [[nodiscard]] std::vector<std::uint32_t> whole_bundles(const record::RecordBatch& batch) const;

  const index::LoadPlan& plan_;
  Settler& settler_;
  lane::Dispatcher& dispatcher_;
  const WholeTransactions whole_;
};

}  // namespace fhirehose::pipeline
