#pragma once

#include <string_view>

namespace fhirehose::transform {

/// Whether a Reference.reference, without escapes, says by its own text that a Coverage is meant:
/// relative or absolute, with or without a version, or conditional
/// (http://hl7.org/fhir/R4/references.html#literal). `#id` and `urn:` never do.
bool names_coverage(std::string_view reference);

/// Whether a Reference.type, without escapes, is Coverage, as a code or as its canonical URL.
bool is_coverage_type(std::string_view type);

}  // namespace fhirehose::transform
