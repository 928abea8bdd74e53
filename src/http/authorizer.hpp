#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/result.hpp"

namespace fhirehose::http {

/// What a request says of who sends it.
struct Authorization {
  std::string header = {};    ///< `Authorization: ...`; a secret
  std::uint64_t edition = 0;  ///< of the credentials: another one after each renewal
};

/// Called once.
using OnAuthorization = std::function<void(core::Result<Authorization>)>;

/// Makes the `Authorization` header of each request, and renews the credentials behind it: one
/// class a way to show who one is. Thread-safe; callbacks come without a lock held.
class Authorizer {
 public:
  Authorizer() = default;
  Authorizer(const Authorizer&) = delete;
  Authorizer& operator=(const Authorizer&) = delete;
  virtual ~Authorizer() = default;

  /// Hands out the credentials that are good now: at once on this thread, or later on the http
  /// client's if they have to be fetched. kRetry: they could not be had now; kUsage, kStop: never.
  virtual void authorize(OnAuthorization callback) = 0;
  /// The server has refused credentials of this edition. True: authorize gives others from now on,
  /// or even before, because another request was refused first. Asks for new ones once however many
  /// requests come back with the same edition.
  virtual bool renew(std::uint64_t edition) = 0;
};

}  // namespace fhirehose::http
