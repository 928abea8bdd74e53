#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace fhirehose::record {

/// `total` of a searchset Bundle (http://hl7.org/fhir/R4/bundle-definitions.html#Bundle.total);
/// nullopt for anything else. `body` keeps its text, not its capacity. Thread-safe.
std::optional<std::uint64_t> read_bundle_total(std::string& body);

}  // namespace fhirehose::record
