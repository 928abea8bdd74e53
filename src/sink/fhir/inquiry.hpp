#pragma once

#include <string>
#include <vector>

#include "http/authorized_client.hpp"
#include "sink/fhir/fhir_options.hpp"

namespace fhirehose::sink::fhir {

/// Questions to a server that are waited for, one at a time. What may pass, such as 503 while it
/// starts, is tried for some seconds. Not from the client's own thread.
class Inquiry {
 public:
  /// `client` outlives it.
  Inquiry(http::AuthorizedClient& client, const FhirOptions& options);

  http::Response get(const http::Url& url);

 private:
  http::Response ask(const http::Url& url);
  void wait(std::chrono::milliseconds delay);

  http::AuthorizedClient& client_;
  std::vector<std::string> headers_;
  Patience patience_;
};

}  // namespace fhirehose::sink::fhir
