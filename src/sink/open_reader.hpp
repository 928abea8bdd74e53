#pragma once

#include <memory>
#include <string_view>

#include "core/result.hpp"
#include "sink/open_sink.hpp"
#include "sink/target_reader.hpp"

namespace fhirehose::sink {

/// The reader of what make_sink(target) writes. Reaches nothing yet. kUsage for a target that keeps
/// nothing or is unknown, and where concurrency or batch is 0.
core::Result<std::unique_ptr<TargetReader>> make_reader(std::string_view target,
                                                        const SinkOptions& options = {});

}  // namespace fhirehose::sink
