#pragma once

#include "fhirehose/options.hpp"
#include "ledger/ledger.hpp"

namespace fhirehose::pipeline {

/// A load as the ledger keeps it: its options are those that differ from the default, as one JSON
/// object. Holds no secret: names of files, never what is in them.
ledger::RunStart run_start(const LoadOptions& options);

}  // namespace fhirehose::pipeline
