#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>

namespace fhirehose::http {

/// A JWT taken apart, and its signature checked against a public key, with none of the product's
/// code.
struct CheckedJwt {
  nlohmann::json header;
  nlohmann::json claims;
  std::string signature;
  bool good = false;  ///< the signature is this key's, over this text
};

inline std::string from_base64url(std::string_view text) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string bytes;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    bits = (bits << 6U) | static_cast<std::uint32_t>(kAlphabet.find(c) & 0x3FU);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes += static_cast<char>((bits >> static_cast<unsigned>(held)) & 0xFFU);
  }
  return bytes;
}

/// r || s as the DER that OpenSSL checks.
inline std::string der_of(const std::string& raw) {
  const auto* const bytes = reinterpret_cast<const unsigned char*>(raw.data());
  const int half = static_cast<int>(raw.size() / 2);
  const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> signature(ECDSA_SIG_new(),
                                                                        &ECDSA_SIG_free);
  ECDSA_SIG_set0(signature.get(), BN_bin2bn(bytes, half, nullptr),
                 BN_bin2bn(bytes + half, half, nullptr));
  std::array<unsigned char, 256> der{};
  unsigned char* end = der.data();
  const int length = i2d_ECDSA_SIG(signature.get(), &end);
  return {reinterpret_cast<const char*>(der.data()), static_cast<std::size_t>(length)};
}

inline CheckedJwt check_jwt(std::string_view jwt, EVP_PKEY* key) {
  const std::size_t first = jwt.find('.');
  const std::size_t second = jwt.find('.', first + 1);
  CheckedJwt checked;
  checked.header = nlohmann::json::parse(from_base64url(jwt.substr(0, first)));
  checked.claims = nlohmann::json::parse(from_base64url(jwt.substr(first + 1, second - first - 1)));
  checked.signature = from_base64url(jwt.substr(second + 1));
  const std::string signature =
      checked.header.at("alg") == "ES384" ? der_of(checked.signature) : checked.signature;
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha384(), nullptr, key);
  checked.good =
      EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                       signature.size(), reinterpret_cast<const unsigned char*>(jwt.data()),
                       second) == 1;
  return checked;
}

}  // namespace fhirehose::http
