#pragma once

#include <optional>
#include <string>

namespace fhirehose::record {

/// What a server says of itself (http://hl7.org/fhir/R4/capabilitystatement.html). Each text is at
/// most 80 printable ASCII characters, whatever the server sent; empty where it said nothing.
struct Capabilities {
  std::string software = {};          ///< software.name
  std::string software_version = {};  ///< software.version
  std::string fhir_version = {};      ///< `4.0.1`
  std::string publisher = {};
  std::string implementation = {};  ///< implementation.description
};

/// Reads a CapabilityStatement; nullopt for anything else. `body` keeps its text, not its capacity.
/// Thread-safe.
std::optional<Capabilities> read_capabilities(std::string& body);

}  // namespace fhirehose::record
