#pragma once

#include <memory>
#include <string>

#include "core/result.hpp"
#include "http/authorized_client.hpp"
#include "http/url.hpp"
#include "sink/fhir/fhir_options.hpp"
#include "sink/fhir/server_profile.hpp"

namespace fhirehose::sink::fhir {

/// A server that has answered, and the way to it.
struct Server {
  http::Url base;
  http::Url bundles;                       ///< where Bundles are posted
  std::string name;                        ///< `HAPI FHIR Server 8.8.0`
  const ServerProfile* profile = nullptr;  ///< never null; of kServerProfiles
  std::unique_ptr<http::AuthorizedClient> client;
};

/// Reaches the server at `options.url` over as many connections as may be of use and asks what it
/// is. Blocks. kUsage when an option can't be used, or as `probe` says.
core::Result<Server> reach(const FhirOptions& options);

}  // namespace fhirehose::sink::fhir
