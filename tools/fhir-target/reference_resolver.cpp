#include "fhir-target/reference_resolver.hpp"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "fhir-target/element_path.hpp"

namespace fhirehose::target {

Answered<void> ReferenceResolver::resolve(const ResourceScan& resource, Write& write,
                                          Splices& splices) const {
  for (const SpelledReference& reference : resource.references) {
    const auto offset = static_cast<std::size_t>(reference.spelled.data() - resource.text.data());
    auto replaced = replacement(reference.text, {resource, offset});
    if (!replaced) return tl::unexpected(std::move(replaced.error()));
    const Replacement& other = *replaced;
    require(other ? std::string_view(*other) : reference.text, offset, write);
    if (other) splices.replace(offset, reference.spelled.size(), *other);
  }
  return {};
}

void ReferenceResolver::require(std::string_view reference, std::size_t offset,
                                Write& write) const {
  if (!rules_.enforces()) return;
  const Reference parts = read_reference(reference);
  // Contained, logical and resolved ones have nothing in the store to point at.
  if (parts.kind != ReferenceKind::kRelative) return;
  write.targets.push_back({core::key_of(parts.type, parts.id), offset});
}

Answered<ReferenceResolver::Replacement> ReferenceResolver::replacement(std::string_view text,
                                                                        const Place& place) const {
  const Reference parts = read_reference(text);
  switch (parts.kind) {
    case ReferenceKind::kUrn:
    case ReferenceKind::kAbsolute:
      return of_full_url(text, place);
    case ReferenceKind::kConditional:
      return of_condition(parts, text);
    case ReferenceKind::kUnknownType:
      if (rules_.enforces())
        return refuse(400, fmt::format("HAPI-0506: Invalid resource reference found at path[{}] - "
                                       "Resource type is unknown or not supported on this server",
                                       element_path(place.resource.text, place.offset)));
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

Answered<ReferenceResolver::Replacement> ReferenceResolver::of_full_url(std::string_view text,
                                                                        const Place& place) const {
  // Absolute ones too: a Bundle may use its source's own URLs as fullUrls.
  const auto found = full_urls_.find(text);
  if (found != full_urls_.end()) return found->second;
  if (!rules_.enforces()) return std::nullopt;
  const std::string path = element_path(place.resource.text, place.offset);
  if (text.starts_with("urn:"))
    return refuse(400, fmt::format("HAPI-0541: Unable to satisfy placeholder ID {} found in "
                                   "element named '{}' within resource of type: {}",
                                   text, path, core::name_of(*place.resource.type)));
  return refuse(400, fmt::format("HAPI-0507: Resource contains external reference to URL \"{}\" "
                                 "but this server is not configured to allow external references",
                                 text));
}

Answered<ReferenceResolver::Replacement> ReferenceResolver::of_condition(
    const Reference& parts, std::string_view text) const {
  if (!rules_.enforces()) return std::nullopt;
  const auto key = identifier_criterion(parts.type, parts.query);
  if (!key)
    return refuse(400, fmt::format("HAPI-1090: Invalid match URL \"{}\": only identifier= is "
                                   "supported",
                                   text));
  const std::vector<std::string> found = store_.find(*key);
  if (found.empty())
    return refuse(404, fmt::format("HAPI-1091: Invalid match URL \"{}\" - No resources match this "
                                   "search",
                                   text));
  if (found.size() > 1)
    return refuse(412, fmt::format("HAPI-1092: Invalid match URL \"{}\" - Multiple resources match "
                                   "this search",
                                   text));
  return std::string(core::name_of(parts.type)) + "/" + found.front();
}

}  // namespace fhirehose::target
