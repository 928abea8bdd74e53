#pragma once

#include <string_view>

#include <curl/curl.h>

#include "core/result.hpp"

namespace fhirehose::http {

/// How a transfer failed, in curl's words.
struct TransferFailure {
  CURLcode code = CURLE_OK;         ///< not CURLE_OK
  std::string_view detail = {};     ///< curl's own text; may be empty
  std::string_view authority = {};  ///< of the server, `host:port`
  long proxy_status = 0;            ///< what a proxy answered to CONNECT; 0: none was asked
};

/// What may be done about it: kRetry for what may pass (connections, timeouts, name service),
/// kUsage for what won't (certificates, names that do not parse, a proxy that refuses), kStop for
/// the rest. The message names the server, never a secret.
core::Error transport_error(const TransferFailure& failure);

}  // namespace fhirehose::http
