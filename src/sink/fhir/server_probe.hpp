#pragma once

#include <string>
#include <vector>

#include "http/client.hpp"
#include "record/capability_statement.hpp"

namespace fhirehose::sink::fhir {

/// Asks the server for what it says of itself, and waits for the answer. kUsage when there is no
/// server, none that speaks FHIR R4, or it wants other credentials; the message names the server.
core::Result<record::Capabilities> probe(http::Client& client, const http::Url& base,
                                         const std::vector<std::string>& headers);

}  // namespace fhirehose::sink::fhir
