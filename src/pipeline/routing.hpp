#pragma once

#include <vector>

#include "index/load_plan.hpp"
#include "lane/route.hpp"
#include "pipeline/phases.hpp"
#include "pipeline/settler.hpp"
#include "record/record_batch.hpp"
#include "sink/sink.hpp"

namespace fhirehose::pipeline {

/// Decides for each record of a batch whether it goes now, and to which lane. Thread-safe.
class Routing {
 public:
  Routing(const index::LoadPlan& plan, const sink::Traits& traits, Settler& settler);

  /// Slices of what this phase takes. Settles the rest that ends here: duplicates, and on the
  /// member's first visit what was rejected.
  std::vector<lane::LaneSlice> route(const record::BatchHandle& batch, const Phase& phase) const;

 private:
  struct Rows {
    std::vector<std::uint32_t> loose;
    std::vector<std::vector<std::uint32_t>> of_bundle;  ///< by place in the batch's bundles
  };
  [[nodiscard]] Rows select(const record::RecordBatch& batch, const Phase& phase) const;
  [[nodiscard]] std::vector<std::uint32_t> whole_bundles(const record::RecordBatch& batch) const;

  const index::LoadPlan& plan_;
  const sink::Traits& traits_;
  Settler& settler_;
  const WholeTransactions whole_;
};

}  // namespace fhirehose::pipeline
