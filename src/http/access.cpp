#include "http/access.hpp"

#include <cstdlib>
#include <fstream>

#include <fmt/format.h>

#include "http/client_certificate.hpp"
#include "http/secret.hpp"
#include "http/secret_authorizer.hpp"
#include "http/smart_backend.hpp"

namespace fhirehose::http {
namespace {

SecretSource password_of(const ServerAccess& access) {
  return {.file = access.password_file, .variable = "FHIREHOSE_PASSWORD"};
}

SecretSource token_of(const ServerAccess& access) {
  return {.file = access.token_file, .variable = "FHIREHOSE_TOKEN"};
}

std::string from_environment(const char* variable) {
  const char* const value = std::getenv(variable);
  return value == nullptr ? "" : value;
}

tl::unexpected<core::Error> refuse_access(std::string why) {
  return core::fail(core::ErrorKind::kUsage, std::move(why));
}

core::Status check_combination(const ServerAccess& access) {
  const int ways = static_cast<int>(!access.user.empty()) +
                   static_cast<int>(!access.token_file.empty()) +
                   static_cast<int>(!access.client_id.empty());
  if (ways > 1) {
    return refuse_access(
        "--user, --token-file and --client-id are three ways to show who one is: "
        "only one can be taken");
  }
  if (access.user.empty() && !access.password_file.empty()) {
    return refuse_access("--password-file is of use with --user only");
  }
  if (!access.user.empty() && !is_given(password_of(access))) {
    return refuse_access("--user needs a password: from --password-file or FHIREHOSE_PASSWORD");
  }
  if (access.client_id.empty() != access.client_key.empty()) {
    return refuse_access("--client-id and --client-key are of use together only");
  }
  if (access.client_id.empty() && (!access.key_id.empty() || !access.token_url.empty())) {
    return refuse_access("--key-id and --token-url are of use with --client-id only");
  }
  return {};
}

core::Result<std::unique_ptr<Authorizer>> make_smart(const ServerAccess& access, const Url& server,
                                                     Client& client) {
  SmartOptions options{.server = server,
                       .client_id = access.client_id,
                       .key_id = access.key_id,
                       .scope = access.scope};
  if (!access.token_url.empty()) {
    core::Result<Url> token = parse_url(access.token_url);
    if (!token) return tl::unexpected(token.error());
    options.token = *std::move(token);
  }
  core::Result<SigningKey> key = SigningKey::read(access.client_key);
  if (!key) return tl::unexpected(key.error());
  return std::make_unique<SmartBackend>(std::move(options), *std::move(key), client);
}

core::Status check_readable(const std::filesystem::path& file) {
  if (file.empty() || std::ifstream(file).is_open()) return {};
  return refuse_access(fmt::format("{} can't be read", file.string()));
}

}  // namespace

core::Result<ClientOptions> client_options(const ServerAccess& access) {
  ClientOptions options;
  if (!access.certificate_key.empty() && access.certificate.empty()) {
    return refuse_access("--key is of use with --cert only");
  }
  if (!access.certificate.empty()) {
    const auto checked = check_client_certificate(access.certificate, access.certificate_key);
    if (!checked) return tl::unexpected(checked.error());
  }
  if (const auto checked = check_readable(access.ca); !checked) {
    return tl::unexpected(checked.error());
  }
  options.ca_file = access.ca.string();
  options.certificate_file = access.certificate.string();
  options.key_file = access.certificate_key.string();
  if (access.proxy.empty()) return options;
  const core::Result<Url> proxy = parse_url(access.proxy);
  if (!proxy) return tl::unexpected(proxy.error());
  options.proxy = proxy->text;
  options.proxy_user = from_environment("FHIREHOSE_PROXY_USER");
  options.proxy_password = from_environment("FHIREHOSE_PROXY_PASSWORD");
  return options;
}

core::Result<std::unique_ptr<Authorizer>> make_authorizer(const ServerAccess& access,
                                                          const Url& server, Client& client) {
  if (const auto checked = check_combination(access); !checked) {
    return tl::unexpected(checked.error());
  }
  if (!access.user.empty()) return SecretAuthorizer::basic(access.user, password_of(access));
  if (!access.client_id.empty()) return make_smart(access, server, client);
  if (is_given(token_of(access))) return SecretAuthorizer::bearer(token_of(access));
  return nullptr;
}

std::vector<std::string> warnings(const ServerAccess& access, const Url& server) {
  std::vector<std::string> list;
  for (const auto* file :
       {&access.password_file, &access.token_file, &access.client_key,
        access.certificate_key.empty() ? &access.certificate : &access.certificate_key}) {
    if (!is_open_to_others(*file)) continue;
    list.push_back(
        fmt::format("{} holds a secret, and others than its owner can read it", file->string()));
  }
  const bool shows_who =
      !access.user.empty() || !access.client_id.empty() || is_given(token_of(access));
  if (shows_who && !server.secure && !server.loopback) {
    list.push_back(fmt::format("credentials go to {} in the clear", server.authority));
  }
  return list;
}

}  // namespace fhirehose::http
