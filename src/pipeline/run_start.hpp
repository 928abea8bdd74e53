#pragma once

#include "core/result.hpp"
#include "fhirehose/load.hpp"
#include "ledger/ledger.hpp"

namespace fhirehose::pipeline {

/// A load as the ledger keeps it: its options are those that differ from the default, as one JSON
/// object. Holds no secret: names of files, never what is in them.
ledger::RunStart run_start(const LoadOptions& options);

/// The options that such a run was begun with, but for the state directory.
LoadOptions options_of(const ledger::RunStart& start);

/// Puts what differs from the default in `given`, or is named there, in the place of what `into`
/// has.
void replace_given(LoadOptions& into, const ReachOptions& given);

}  // namespace fhirehose::pipeline
