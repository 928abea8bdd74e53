#pragma once

#include "core/result.hpp"
#include "fhirehose/options.hpp"
#include "index/load_plan.hpp"
#include "pipeline/session.hpp"
#include "record/parse.hpp"
#include "sink/sink.hpp"
#include "transform/identity.hpp"

namespace fhirehose::pipeline {

/// How records are read so that they are called as the options ask for. kUsage, with a sentence,
/// where these contradict each other or no id could be made of them.
core::Result<record::ParseOptions> reading_of(const Identity& identity);

/// The same for a target that takes ids of digits only: they need no letters there.
record::ParseOptions without_letters(const Identity& identity, record::ParseOptions reading);

/// Has the session read so, and remember what the second pass will need.
void read_as(Session& session, const Identity& identity, const record::ParseOptions& reading);

/// What the look adds to it: bases that fullUrls tell. `urns` outlives it.
transform::Identity identity_of(const record::ParseOptions& reading, const index::LoadPlan& plan,
                                const transform::UrnLookup& urns);

/// kUsage where nobody has said what is to become of ids that the target refuses, and there are
/// some.
core::Status ids_are_taken(const index::LoadPlan& plan, const Identity& identity,
                           const sink::Traits& traits);

}  // namespace fhirehose::pipeline
