#include "fhir-target/reference.hpp"

#include <charconv>

namespace fhirehose::target {
namespace {

constexpr std::string_view kIdentifier = "identifier=";

Reference typed(ReferenceKind kind, std::string_view type, Reference parts) {
  const auto found = core::find_resource_type(type);
  parts.kind = found ? kind : ReferenceKind::kUnknownType;
  if (found) parts.type = *found;
  return parts;
}

Reference read_relative(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return {};
  const std::string_view rest = text.substr(slash + 1);
  const std::size_t history = rest.find("/_history/");
  return typed(ReferenceKind::kRelative, text.substr(0, slash), {.id = rest.substr(0, history)});
}

}  // namespace

Reference read_reference(std::string_view text) {
  if (text.starts_with('#')) return {.kind = ReferenceKind::kContained};
  if (text.starts_with("urn:")) return {.kind = ReferenceKind::kUrn};
  const std::size_t question = text.find('?');
  if (text.substr(0, question).find("://") != std::string_view::npos)
    return {.kind = ReferenceKind::kAbsolute};
  if (question == std::string_view::npos) return read_relative(text);
  return typed(ReferenceKind::kConditional, text.substr(0, question),
               {.query = text.substr(question + 1)});
}

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    const bool escape = text[i] == '%' && i + 2 < text.size();
    const char* const digits = text.data() + i + 1;
    if (escape && std::from_chars(digits, digits + 2, value, 16).ptr == digits + 2) {
      decoded += static_cast<char>(value);
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

core::ResourceKey identifier_key(core::ResourceType type, std::string_view token) {
  return core::key_of(type, token);
}

std::optional<core::ResourceKey> identifier_criterion(core::ResourceType type,
                                                      std::string_view query) {
  const bool single = query.find('&') == std::string_view::npos;
  if (!single || !query.starts_with(kIdentifier)) return std::nullopt;
  const std::string token = percent_decoded(query.substr(kIdentifier.size()));
  if (token.empty() || token == "|") return std::nullopt;
  return identifier_key(type, token);
}

}  // namespace fhirehose::target
