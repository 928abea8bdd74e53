#pragma once

#include "fhirehose/options.hpp"

namespace fhirehose::pipeline {

/// The input of a load without what the load itself writes: its state directory and its store may
/// lie in a folder that is loaded, where they would be other members each time.
InputOptions without_own_files(const LoadOptions& options);

}  // namespace fhirehose::pipeline
