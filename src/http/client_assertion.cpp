#include "http/client_assertion.hpp"

#include <array>

#include <openssl/rand.h>

#include "core/json_writer.hpp"
#include "http/base64.hpp"

namespace fhirehose::http {
namespace {

constexpr std::chrono::seconds kLifetime{240};

std::string header_of(const SigningKey& key, const std::string& key_id) {
  core::JsonWriter json;
  json.object().key("alg").text(key.algorithm()).key("typ").text("JWT");
  if (!key_id.empty()) json.key("kid").text(key_id);
  return json.end_object().str();
}

core::Result<std::string> random_id() {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    return core::fail(core::ErrorKind::kStop, "the system gave no random numbers");
  }
  return base64url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace

core::Result<std::string> client_assertion(const SigningKey& key, const AssertionClaims& claims,
                                           std::chrono::system_clock::time_point now) {
  core::Result<std::string> id = random_id();
  if (!id) return id;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch());
  core::JsonWriter json;
  json.object().key("iss").text(claims.client_id).key("sub").text(claims.client_id);
  json.key("aud").text(claims.audience).key("jti").text(*id);
  json.key("iat").number(static_cast<std::uint64_t>(seconds.count()));
  json.key("exp").number(static_cast<std::uint64_t>((seconds + kLifetime).count()));
  std::string text =
      base64url(header_of(key, claims.key_id)) + '.' + base64url(json.end_object().str());
  core::Result<std::string> signature = key.sign(text);
  if (!signature) return signature;
  return text + '.' + base64url(*signature);
}

}  // namespace fhirehose::http
