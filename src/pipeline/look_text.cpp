#include "pipeline/look_text.hpp"

#include <fmt/format.h>

#include "core/byte_size.hpp"

namespace fhirehose::pipeline {

std::string look_text(const index::LoadPlan& plan, double seconds) {
  return fmt::format("{} members, {} resources, {} in {:.1f} s; {} duplicates, {} rejected",
                     plan.members.size(), plan.read, core::format_byte_size(plan.bytes), seconds,
                     plan.duplicate, plan.rejected);
}

}  // namespace fhirehose::pipeline
