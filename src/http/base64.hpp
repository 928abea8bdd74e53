#pragma once

#include <string>
#include <string_view>

namespace fhirehose::http {

/// RFC 4648, section 4: with padding.
std::string base64(std::string_view bytes);
/// RFC 4648, section 5, without padding: as JSON Web Signatures want it (RFC 7515, section 2).
std::string base64url(std::string_view bytes);

}  // namespace fhirehose::http
