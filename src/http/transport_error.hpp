#pragma once

#include <curl/curl.h>

#include "core/result.hpp"

namespace fhirehose::http {

/// What may be done about a transfer that ended with `code`, which is not CURLE_OK: kRetry for what
/// may pass (connections, timeouts, name service), kUsage for what won't (certificates, names that
/// do not parse), kStop for the rest.
core::ErrorKind kind_of(CURLcode code);

}  // namespace fhirehose::http
