#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/resource_key.hpp"
#include "core/resource_type.hpp"

namespace fhirehose::target {

/// How a Reference.reference is spelled (http://hl7.org/fhir/R4/references.html#literal).
enum class ReferenceKind : std::uint8_t {
  kRelative,     ///< `Patient/123`, with or without `/_history/1`
  kUrn,          ///< `urn:uuid:...`, `urn:oid:...`
  kAbsolute,     ///< `https://example.org/fhir/Patient/123`
  kContained,    ///< `#id`
  kConditional,  ///< `Patient?identifier=...`
  kUnknownType,  ///< relative or conditional, of a type that R4 lacks
  kOther,
};

/// A reference taken apart; the views point into its text.
struct Reference {
  ReferenceKind kind = ReferenceKind::kOther;
  core::ResourceType type{};  ///< kRelative, kConditional
  std::string_view id{};      ///< kRelative
  std::string_view query{};   ///< kConditional: behind the question mark
};

Reference read_reference(std::string_view text);

/// `%7C` becomes `|`, and so on; what is no valid escape stays.
std::string percent_decoded(std::string_view text);

/// What the index of identifiers is asked for. `token` is a search token as in
/// http://hl7.org/fhir/R4/search.html#token: `system|value`, `|value` (no system) or `value` (any).
core::ResourceKey identifier_key(core::ResourceType type, std::string_view token);

/// The key that `identifier=TOKEN` asks for; nullopt where `query` is anything else.
std::optional<core::ResourceKey> identifier_criterion(core::ResourceType type,
                                                      std::string_view query);

}  // namespace fhirehose::target
