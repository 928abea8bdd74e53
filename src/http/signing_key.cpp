#include "http/signing_key.hpp"

#include <array>

#include <fmt/format.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>

namespace fhirehose::http {
namespace {

constexpr std::string_view kRsa = "RS384";
constexpr std::string_view kEc = "ES384";
constexpr int kSmallestRsa = 2'048;  // bits; RFC 7518, section 3.3
constexpr int kCoordinate = 48;      // bytes of r and of s; section 3.4

bool is_on_p384(EVP_PKEY* key) {
  std::array<char, 32> name{};
  std::size_t length = 0;
  return EVP_PKEY_get_group_name(key, name.data(), name.size(), &length) == 1 &&
         std::string_view(name.data(), length) == "secp384r1";
}

/// Empty: none that this key can make.
std::string_view algorithm_of(EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "RSA") == 1 && EVP_PKEY_get_bits(key) >= kSmallestRsa) return kRsa;
  return EVP_PKEY_is_a(key, "EC") == 1 && is_on_p384(key) ? kEc : std::string_view();
}

unsigned char* unsigned_bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

/// OpenSSL gives an ECDSA signature in DER, where numbers vary in length.
std::string raw_signature(std::string_view der) {
  const auto* front = reinterpret_cast<const unsigned char*>(der.data());
  const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> signature(
      d2i_ECDSA_SIG(nullptr, &front, static_cast<long>(der.size())), &ECDSA_SIG_free);
  std::string raw(std::size_t{2} * kCoordinate, '\0');
  if (!signature ||
      BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), unsigned_bytes(raw), kCoordinate) < 0 ||
      BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), unsigned_bytes(raw) + kCoordinate,
                   kCoordinate) < 0) {
    return {};
  }
  return raw;
}

std::string signature_of(EVP_PKEY* key, std::string_view text) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  const auto* const front = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t length = 0;
  if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha384(), nullptr, key) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &length, front, text.size()) != 1) {
    return {};
  }
  std::string signature(length, '\0');
  if (EVP_DigestSign(context.get(), unsigned_bytes(signature), &length, front, text.size()) != 1)
    return {};
  signature.resize(length);
  return signature;
}

}  // namespace

core::Result<SigningKey> SigningKey::read(const std::filesystem::path& file) {
  core::Result<PrivateKey> key = read_private_key(file);
  if (!key) return tl::unexpected(key.error());
  const std::string_view algorithm = algorithm_of(key->get());
  if (algorithm.empty()) {
    return core::fail(core::ErrorKind::kUsage,
                      fmt::format("{}: the key is neither RSA of 2048 bits or more (RS384) nor EC "
                                  "on the curve P-384 (ES384)",
                                  file.string()));
  }
  return SigningKey(*std::move(key), algorithm);
}

core::Result<std::string> SigningKey::sign(std::string_view text) const {
  std::string signature = signature_of(key_.get(), text);
  if (!signature.empty() && algorithm_ == kEc) signature = raw_signature(signature);
  ERR_clear_error();
  if (signature.empty()) return core::fail(core::ErrorKind::kStop, "the key could not sign");
  return signature;
}

}  // namespace fhirehose::http
