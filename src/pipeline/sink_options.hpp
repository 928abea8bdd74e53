#pragma once

#include "fhirehose/options.hpp"
#include "sink/open_sink.hpp"

namespace fhirehose::pipeline {

/// What a load's options say of its target, whether that is written or read back.
sink::SinkOptions sink_options(const LoadOptions& options);

}  // namespace fhirehose::pipeline
