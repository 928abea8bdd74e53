#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "http/authorizer.hpp"
#include "http/secret.hpp"

namespace fhirehose::http {

/// Shows a secret that somebody else looks after: a password (RFC 7617) or a bearer token
/// (RFC 6750). A file is read again when the server refuses what was in it, so that a rotated
/// secret is taken up in mid-run; the environment can't change.
class SecretAuthorizer final : public Authorizer {
 public:
  /// kUsage when the secret can't be read, or when there is a colon in `user`.
  static core::Result<std::unique_ptr<Authorizer>> basic(const std::string& user,
                                                         SecretSource password);
  /// kUsage when the token can't be read.
  static core::Result<std::unique_ptr<Authorizer>> bearer(SecretSource token);

  void authorize(OnAuthorization callback) override;
  Renewal renew(std::uint64_t edition) override;

 private:
  /// Makes a header's value of the secret.
  using Spell = std::function<std::string(const std::string& secret)>;

  static core::Result<std::unique_ptr<Authorizer>> make(SecretSource source, Spell spell);
  SecretAuthorizer(SecretSource source, Spell spell)
      : source_(std::move(source)), spell_(std::move(spell)) {}

  const SecretSource source_;
  const Spell spell_;
  std::mutex mutex_;
  std::string secret_;
  std::uint64_t edition_ = 1;
};

}  // namespace fhirehose::http
