#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "http/authorizer.hpp"
#include "http/client.hpp"
#include "http/client_assertion.hpp"
#include "http/signing_key.hpp"

namespace fhirehose::http {

/// The two clocks of a token's life, so that a test can turn them.
struct Clocks {
  std::function<std::chrono::steady_clock::time_point()> steady = &std::chrono::steady_clock::now;
  std::function<std::chrono::system_clock::time_point()> wall = &std::chrono::system_clock::now;
};

struct SmartOptions {
  Url server = {};                ///< base of the FHIR server, where its configuration is found
  std::string client_id = {};     ///< as registered there
  std::string key_id = {};        ///< empty: untold
  std::optional<Url> token = {};  ///< the token endpoint; none: from the configuration
  std::string scope = {};
  Clocks clocks = {};
};

/// SMART Backend Services (https://hl7.org/fhir/smart-app-launch/backend-services.html): signs a
/// JWT, exchanges it for an access token, and does so again before the token ends or when it is
/// refused. One exchange at a time; requests wait for it. A token is renewed when a quarter of its
/// life is left, or a minute: as long as it is still good, a token endpoint that is down does no
/// harm.
class SmartBackend final : public Authorizer {
 public:
  /// `client` asks the token endpoint, and is ended before this is.
  SmartBackend(SmartOptions options, SigningKey key, Client& client);

  void authorize(OnAuthorization callback) override;
  Renewal renew(std::uint64_t edition) override;

 private:
  using Instant = std::chrono::steady_clock::time_point;
  struct Token {
    std::string text;
    Instant renew_at;
    Instant ends_at;
  };

  void discover();
  void exchange(const Url& endpoint);
  void configured(const Response& response);
  void exchanged(const Response& response);
  void settle(core::Result<Token> token);
  [[nodiscard]] core::Result<Url> token_endpoint(const Response& response) const;
  [[nodiscard]] core::Result<Token> read_token(const Response& response) const;
  [[nodiscard]] Authorization current() const;

  const SmartOptions options_;
  const SigningKey key_;
  Client& client_;

  std::mutex mutex_;
  std::optional<Url> endpoint_;
  std::optional<Token> token_;
  std::uint64_t edition_ = 0;
  bool fetching_ = false;
  std::vector<OnAuthorization> waiting_;  ///< for the exchange that is under way
  /// Of the exchange that is under way. The client reads it until it has the answer.
  std::string form_;
  std::string_view form_run_;
};

}  // namespace fhirehose::http
