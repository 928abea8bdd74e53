#pragma once

#include <stop_token>

#include "fhirehose/options.hpp"
#include "sink/open_sink.hpp"

namespace fhirehose::pipeline {

/// What a load's options say of its target, whether that is written or read back. Once `stop` is
/// asked for, no answer of it is waited for where it is asked what it is or has.
sink::SinkOptions sink_options(const LoadOptions& options, const std::stop_token& stop = {});

}  // namespace fhirehose::pipeline
