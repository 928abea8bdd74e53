#pragma once

#include <optional>
#include <string_view>

#include "sink/sink.hpp"

namespace fhirehose::sink::fhir {

/// Whether what a server says to people in an outcome means that a reference points at nothing, and
/// at what. Knows the sentences of HAPI, Blaze and Medplum; each server's is a row of a table.
std::optional<MissingTarget> find_missing_target(std::string_view spoken);

/// Whether it means that what was to be deleted is what others refer to.
bool says_still_referenced(std::string_view spoken);

}  // namespace fhirehose::sink::fhir
