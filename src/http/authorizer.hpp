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

/// What there is to try after a refusal.
enum class Renewal : std::uint8_t {
  kNone,     ///< nothing else than what was refused
  kOlder,    ///< what was refused was out of date: there are newer credentials already
  kRenewed,  ///< new ones, because of this refusal
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
  /// The server has refused credentials of this edition; but for kNone authorize gives others from
  /// now on. Asks for new ones once however many requests come back with the same edition.
  virtual Renewal renew(std::uint64_t edition) = 0;
};

}  // namespace fhirehose::http
