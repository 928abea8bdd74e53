#pragma once

#include <chrono>
#include <optional>

#include <curl/curl.h>

namespace fhirehose::http {

/// What the answer's `Retry-After` asks for; never zero. A date is counted from the answer's own
/// `Date`, because the two clocks may disagree by years; without one, from this machine's time.
/// Source: RFC 9110, sections 10.2.3 and 6.6.1. The transfer is done.
std::optional<std::chrono::seconds> retry_after(CURL* easy);

}  // namespace fhirehose::http
