#pragma once

#include <functional>
#include <memory>

#include "compare/sample.hpp"
#include "core/result.hpp"
#include "fhirehose/load.hpp"
#include "index/load_plan.hpp"
#include "pipeline/input.hpp"
#include "sink/target_reader.hpp"
#include "transform/identity.hpp"
#include "transform/transform.hpp"

namespace fhirehose::pipeline {

/// Everything that a comparison works with; outlives it.
struct CompareContext {
  Input input;
  const index::LoadPlan& plan;
  const transform::Chain& chain;
  const transform::Identity& identity;
  const compare::Sample& sample;
  sink::TargetReader& reader;
  const sink::ReaderTraits& traits;
  /// Told of each record that was compared, and what the target holds in its place. Thread-safe.
  std::function<void(const lane::Entry&, const sink::Stored&)> compare;
  Progress& progress;
};

/// The second pass of a verification: source -> split -> parse -> transform -> ask -> compare. Each
/// winner of the sample is read back from the target, in any order: what is in flight is bounded by
/// the byte budget, and over the network by the reader's connections. Computes in the calling
/// thread's task arena. An error says why the target could not be read any further.
core::Status compare_pass(const CompareContext& context);

}  // namespace fhirehose::pipeline
