#pragma once

#include <string_view>

#include "core/result.hpp"
#include "http/url.hpp"

namespace fhirehose::http {

/// What to say to a redirect from `asked` to the absolute address `elsewhere`: kStop, with the
/// other address' scheme, host and port only, since its path may hold an id and its query a secret.
core::Error redirect_refusal(const Url& asked, std::string_view elsewhere);

}  // namespace fhirehose::http
