#pragma once

#include <string>

#include "fhir-target/rules.hpp"

namespace fhirehose::target {

/// The CapabilityStatement for `GET /metadata`: names the software `fhir-target` and, in
/// `implementation.description`, the rules that are on.
std::string capability_statement(const Rules& rules);

}  // namespace fhirehose::target
