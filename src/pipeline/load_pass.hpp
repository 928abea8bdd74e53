#pragma once

#include <memory>

#include "deferral/deferral.hpp"
#include "fhirehose/load.hpp"
#include "index/load_plan.hpp"
#include "pipeline/phases.hpp"
#include "pipeline/reading.hpp"
#include "pipeline/settler.hpp"
#include "sink/sink.hpp"
#include "transform/identity.hpp"
#include "transform/transform.hpp"

namespace fhirehose::pipeline {

/// Everything that a load pass works with; outlives it.
struct LoadContext {
  Input input;
  const index::LoadPlan& plan;
  const transform::Chain& chain;
  const transform::Identity& identity;
  sink::Sink& sink;
  const sink::Traits& traits;
  Settler& settler;
  deferral::Deferral& deferral;
  deferral::Lacks lacks;
  Progress& progress;
};

/// The second pass: source -> split -> parse -> transform -> route -> lane -> sink -> settle, and
/// from where records were set aside to lane again. One graph for all phases. Computes in the
/// calling thread's task arena.
class LoadPass {
 public:
  explicit LoadPass(const LoadContext& context);
  ~LoadPass();

  /// Returns when all records of the phase are settled or wait for a target that is not there yet,
  /// or, once the settler has stopped, when nothing is in flight any more. What has waited for this
  /// phase is sent as well.
  void run(const Phase& phase);
  /// Behind the last phase: sends what waits in circles, and rejects what is left.
  void finish();

 private:
  class Graph;
  std::unique_ptr<Graph> graph_;
};

}  // namespace fhirehose::pipeline
