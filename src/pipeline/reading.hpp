#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "fhirehose/load.hpp"
#include "index/load_plan.hpp"
#include "memory/byte_budget.hpp"
#include "pipeline/feeder.hpp"
#include "pipeline/input.hpp"
#include "record/record_batch.hpp"
#include "source/catalog.hpp"
#include "transform/identity.hpp"
#include "transform/transform.hpp"

namespace fhirehose::pipeline {

/// The bodies of the nodes that passes have in common. A window that holds no whole record goes
/// through as null.
StreamHandle read_window(const source::Catalog& catalog, const Ticket& ticket);
record::BatchHandle parse_chunk(const CutHandle& cut, const record::ParseOptions& options);
/// As parse_chunk, for bytes that the look has parsed: most chunks need no second walk.
record::BatchHandle recall_chunk(const CutHandle& cut, const Input& input);

/// Why a member can't be read now as the look has read it, if it can't: then what is missing of it
/// is nowhere accounted for.
std::optional<core::Error> broken_anew(const MemberStream& stream, const index::LoadPlan& plan);

/// Takes what the batch has come to from the budget, whatever is left of it: who reads next waits
/// for it.
void account(record::RecordBatch& batch, memory::ByteBudget& budget);

/// The batch as the target is to hold it: the transforms, then ids and patients as they are there.
record::BatchHandle change_batch(record::BatchHandle batch, const transform::Chain& chain,
                                 const transform::Identity& identity, memory::ByteBudget& budget);

}  // namespace fhirehose::pipeline
