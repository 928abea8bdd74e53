#include "record/capability_statement.hpp"

#include <algorithm>

#include <simdjson.h>

namespace fhirehose::record {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::size_t kLongest = 80;

std::string printable(std::string_view text) {
  std::string kept;
  std::ranges::copy_if(text.substr(0, kLongest), std::back_inserter(kept),
                       [](char c) { return c >= ' ' && c <= '~'; });
  return kept;
}

/// The member's text; empty where it is no string.
template <class Parent>
std::string text_of(Parent& parent, std::string_view member) {
  std::string_view text;
  return parent[member].get_string().get(text) == simdjson::SUCCESS ? printable(text)
                                                                    : std::string();
}

}  // namespace

std::optional<Capabilities> read_capabilities(std::string& body) {
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
  const simdjson::padded_string_view padded(body.data(), body.size(), body.capacity());
  ondemand::parser parser;
  ondemand::document document;
  ondemand::object statement;
  if (parser.iterate(padded).get(document) != simdjson::SUCCESS ||
      document.get_object().get(statement) != simdjson::SUCCESS ||
      text_of(statement, "resourceType") != "CapabilityStatement") {
    return std::nullopt;
  }
  Capabilities capabilities;
  capabilities.fhir_version = text_of(statement, "fhirVersion");
  capabilities.publisher = text_of(statement, "publisher");
  ondemand::object software;
  if (statement["software"].get_object().get(software) == simdjson::SUCCESS) {
    capabilities.software = text_of(software, "name");
    capabilities.software_version = text_of(software, "version");
  }
  ondemand::object implementation;
  if (statement["implementation"].get_object().get(implementation) == simdjson::SUCCESS) {
    capabilities.implementation = text_of(implementation, "description");
  }
  return capabilities;
}

}  // namespace fhirehose::record
