#pragma once

#include <chrono>
#include <string>

#include "core/result.hpp"
#include "http/signing_key.hpp"

namespace fhirehose::http {

/// Who a client says it is, and to whom.
struct AssertionClaims {
  std::string client_id = {};  ///< issuer and subject
  std::string audience = {};   ///< the token endpoint's address
  std::string key_id = {};     ///< empty: not told
};

/// The signed JWT by which a client shows at a token endpoint who it is (SMART App Launch 2,
/// "Client Authentication: Asymmetric", and RFC 7523). Good for four minutes from `now`, one less
/// than a server accepts at most, so that a clock that runs ahead does no harm; each has an id of
/// its own, since a server takes each only once. A secret as long as it lasts.
core::Result<std::string> client_assertion(const SigningKey& key, const AssertionClaims& claims,
                                           std::chrono::system_clock::time_point now);

}  // namespace fhirehose::http
