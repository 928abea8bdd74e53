#pragma once

#include <vector>

#include "fhir-target/bundle_frame.hpp"
#include "fhir-target/fault.hpp"
#include "fhir-target/rules.hpp"

namespace fhirehose::target {

/// Gives an entry's fault also to those of its transaction that can't be done without it, and to
/// those that can't without these: else a reference to its fullUrl would be stored unresolved.
/// `faults` are by entry, null for none. Where references are enforced, `Type/id` counts as well.
void fault_dependents(const Frame& frame, References references, std::vector<const Fault*>& faults);

}  // namespace fhirehose::target
