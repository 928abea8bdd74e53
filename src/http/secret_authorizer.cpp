#include "http/secret_authorizer.hpp"

#include <utility>

#include "http/base64.hpp"

namespace fhirehose::http {

core::Result<std::unique_ptr<Authorizer>> SecretAuthorizer::basic(const std::string& user,
                                                                  SecretSource password) {
  if (user.find(':') != std::string::npos) {
    return core::fail(core::ErrorKind::kUsage, "a user name has no colon (RFC 7617)");
  }
  return make(std::move(password),
              [user](const std::string& secret) { return "Basic " + base64(user + ':' + secret); });
}

core::Result<std::unique_ptr<Authorizer>> SecretAuthorizer::bearer(SecretSource token) {
  return make(std::move(token), [](const std::string& secret) { return "Bearer " + secret; });
}

core::Result<std::unique_ptr<Authorizer>> SecretAuthorizer::make(SecretSource source, Spell spell) {
  core::Result<std::string> secret = read_secret(source);
  if (!secret) return tl::unexpected(secret.error());
  std::unique_ptr<SecretAuthorizer> made(new SecretAuthorizer(std::move(source), std::move(spell)));
  made->secret_ = *std::move(secret);
  return made;
}

void SecretAuthorizer::authorize(OnAuthorization callback) {
  Authorization now;
  {
    const std::lock_guard lock(mutex_);
    now = {.header = "Authorization: " + spell_(secret_), .edition = edition_};
  }
  callback(std::move(now));
}

// A file that is gone or half written is no new secret: what was refused stays refused.
Renewal SecretAuthorizer::renew(std::uint64_t edition) {
  const std::lock_guard lock(mutex_);
  if (edition != edition_) return Renewal::kOlder;
  if (source_.file.empty()) return Renewal::kNone;
  core::Result<std::string> secret = read_secret(source_);
  if (!secret || *secret == secret_) return Renewal::kNone;
  secret_ = *std::move(secret);
  ++edition_;
  return Renewal::kRenewed;
}

}  // namespace fhirehose::http
