#include "http/client_certificate.hpp"

#include <memory>

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "http/private_key.hpp"

namespace fhirehose::http {
namespace {

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

/// The first one of the file, which is the client's own; its issuers follow.
Certificate read_certificate(const std::filesystem::path& file) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> in(BIO_new_file(file.c_str(), "r"), &BIO_free);
  Certificate certificate(in ? PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr) : nullptr,
                          &X509_free);
  ERR_clear_error();
  return certificate;
}

core::Status refuse_certificate(const std::filesystem::path& file, std::string_view why) {
  return core::fail(core::ErrorKind::kUsage, fmt::format("{} {}", file.string(), why));
}

}  // namespace

core::Status check_client_certificate(const std::filesystem::path& certificate,
                                      const std::filesystem::path& key) {
  const Certificate shown = read_certificate(certificate);
  if (!shown) return refuse_certificate(certificate, "holds no certificate in PEM");
  const core::Result<PrivateKey> secret = read_private_key(key.empty() ? certificate : key);
  if (!secret) return tl::unexpected(secret.error());
  const bool fits = X509_check_private_key(shown.get(), secret->get()) == 1;
  ERR_clear_error();
  if (!fits) return refuse_certificate(certificate, "does not belong to its private key");
  if (X509_cmp_current_time(X509_get0_notAfter(shown.get())) < 0) {
    return refuse_certificate(certificate, "has expired");
  }
  if (X509_cmp_current_time(X509_get0_notBefore(shown.get())) > 0) {
    return refuse_certificate(certificate, "is not valid yet");
  }
  return {};
}

}  // namespace fhirehose::http
