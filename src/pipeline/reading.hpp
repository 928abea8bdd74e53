#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "fhirehose/load.hpp"
#include "memory/byte_budget.hpp"
#include "memory/region.hpp"
#include "pipeline/feeder.hpp"
#include "pipeline/settings.hpp"
#include "record/record_batch.hpp"
#include "source/catalog.hpp"

namespace fhirehose::pipeline {

/// What both passes need to read the input; outlives the graphs.
struct Input {
  const source::Catalog& catalog;
  const Settings& settings;
  memory::RegionPool& pool;
  memory::ByteBudget& budget;
};

/// The bodies of the nodes that both passes begin with. A window that holds no whole record goes
/// through as null.
StreamHandle read_window(const source::Catalog& catalog, const Ticket& ticket);
record::BatchHandle parse_chunk(const CutHandle& cut);

/// Takes what the batch has come to from the budget, whatever is left of it: who reads next waits
/// for it.
void account(record::RecordBatch& batch, memory::ByteBudget& budget);

}  // namespace fhirehose::pipeline
