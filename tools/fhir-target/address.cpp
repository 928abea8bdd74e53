#include "fhir-target/address.hpp"

#include <string>

#include "core/fhir_id.hpp"
#include "fhir-target/reference.hpp"

namespace fhirehose::target {

Answered<Address> read_address(std::string_view url) {
  if (url.starts_with('/')) url.remove_prefix(1);
  if (const auto type = core::find_resource_type(url)) return Address{.type = *type};
  // A query behind an id can only be about the answer's form (`_pretty=false`).
  const std::string_view path = url.substr(0, url.find('?'));
  const bool has_id = path.find('/') != std::string_view::npos;
  const Reference parts = read_reference(has_id ? path : url);
  if (parts.kind == ReferenceKind::kConditional)
    return Address{.type = parts.type, .query = parts.query};
  if (parts.kind != ReferenceKind::kRelative)
    return refuse(404, "HAPI-0302: Unknown resource type or invalid URL in the request");
  if (!core::is_legal_id(parts.id))
    return refuse(400, "HAPI-0521: Invalid resource ID: 1 to 64 of A-Z a-z 0-9 - . are allowed");
  return Address{.type = parts.type, .id = parts.id};
}

}  // namespace fhirehose::target
