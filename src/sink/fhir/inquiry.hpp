#pragma once

#include <chrono>
#include <stop_token>
#include <string>
#include <vector>

#include "http/authorized_client.hpp"
#include "sink/fhir/fhir_options.hpp"

namespace fhirehose::sink::fhir {

/// Questions to a server that are waited for, one at a time. What may pass, such as 503 while it
/// starts, is tried for some seconds. Once `options.patience.total` is over or `options.stop` is
/// asked for, nothing is waited for: kStop. Not from the client's own thread.
class Inquiry {
 public:
  /// `client` outlives it.
  Inquiry(http::AuthorizedClient& client, const FhirOptions& options);

  http::Response get(const http::Url& url);

 private:
  using Clock = std::chrono::steady_clock;

  http::Response ask(const http::Url& url, Clock::time_point until);
  [[nodiscard]] core::Error why_no_answer() const;

  http::AuthorizedClient& client_;
  std::vector<std::string> headers_;
  Patience patience_;
  std::stop_token stop_;
};

}  // namespace fhirehose::sink::fhir
