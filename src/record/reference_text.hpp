#pragma once

#include <optional>
#include <string_view>

#include "core/resource_type.hpp"
#include "record/record_batch.hpp"

namespace fhirehose::record {

/// What a reference's text says (http://hl7.org/fhir/R4/references.html#literal).
struct ReferenceTarget {
  ReferenceKind kind = ReferenceKind::kOther;
  core::ResourceType type{};  ///< kRelative, kAbsolute and kConditional only
  std::string_view id;        ///< kRelative and kAbsolute only; not checked to be a legal one
};

/// `text` holds no escapes.
ReferenceTarget read_reference(std::string_view text);

/// The id in the text, escapes undone, of a reference that parse has found to be kRelative or
/// kAbsolute: in most cases without reading it again.
std::string_view id_in(std::string_view text, const Reference& reference);

/// The resource type of that exact name; as core::find_resource_type, in a few nanoseconds.
std::optional<core::ResourceType> lookup_type(std::string_view name);

}  // namespace fhirehose::record
