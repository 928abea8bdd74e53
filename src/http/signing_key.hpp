#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "http/private_key.hpp"

namespace fhirehose::http {

/// A private key that signs as JSON Web Signatures do. Thread-safe.
class SigningKey {
 public:
  /// From PEM: RSA of at least 2048 bits, or EC on P-384. kUsage for any other.
  static core::Result<SigningKey> read(const std::filesystem::path& file);

  /// RS384 or ES384 (RFC 7518, section 3.1): the two that SMART asks servers to know.
  [[nodiscard]] std::string_view algorithm() const { return algorithm_; }
  /// The signature's bytes as section 3.3 or 3.4 has them: ES384 as r || s, 96 bytes.
  [[nodiscard]] core::Result<std::string> sign(std::string_view text) const;

 private:
  SigningKey(PrivateKey key, std::string_view algorithm)
      : key_(std::move(key)), algorithm_(algorithm) {}

  PrivateKey key_;
  std::string_view algorithm_;
};

}  // namespace fhirehose::http
