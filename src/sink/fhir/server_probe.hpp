#pragma once

#include "http/authorized_client.hpp"
#include "record/capability_statement.hpp"
#include "sink/fhir/fhir_options.hpp"

namespace fhirehose::sink::fhir {

/// Asks the server for what it says of itself, and waits for the answer. What may pass, such as 503
/// while a server starts, is tried for some seconds. kUsage when there is no server, none that
/// speaks FHIR R4, or it wants other credentials; the message names the server.
core::Result<record::Capabilities> probe(http::AuthorizedClient& client, const http::Url& base,
                                         const FhirOptions& options);

}  // namespace fhirehose::sink::fhir
