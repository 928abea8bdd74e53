#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include <openssl/evp.h>
#include <openssl/x509.h>

namespace fhirehose::tests {

using KeyHandle = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

/// A new key pair; `curve` as OpenSSL names it.
KeyHandle new_ec_key(const char* curve = "P-256");
KeyHandle new_rsa_key(unsigned bits = 2'048);
/// Writes the private key as PEM, mode 0600; encrypted where there is a pass phrase.
void write_key(EVP_PKEY* key, const std::filesystem::path& file,
               const std::string& pass_phrase = {});

/// A certificate and its key, both PEM files.
struct Identity {
  std::filesystem::path certificate;
  std::filesystem::path key;
};

/// A certificate authority that nobody knows but the test.
class TestCa {
 public:
  /// Its files go to `directory`, which outlives it.
  explicit TestCa(std::filesystem::path directory);

  /// The authority's own certificate.
  [[nodiscard]] const std::filesystem::path& file() const { return file_; }
  /// A certificate for `subject_alternative`, such as `DNS:example.test` or `IP:127.0.0.1`, good
  /// from a day ago until `life` from now.
  Identity issue(const std::string& subject_alternative,
                 std::chrono::seconds life = std::chrono::hours(24));

 private:
  using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

  [[nodiscard]] Certificate make(EVP_PKEY* key, const std::string& name,
                                 std::chrono::seconds life) const;
  void sign(X509* certificate, const char* extension, int kind) const;

  const std::filesystem::path directory_;
  const std::filesystem::path file_;
  KeyHandle key_;
  Certificate own_;
  long issued_ = 0;
};

}  // namespace fhirehose::tests
