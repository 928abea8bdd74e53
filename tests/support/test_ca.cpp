#include "support/test_ca.hpp"

#include <cstdio>
#include <utility>

#include <fcntl.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "core/invariant.hpp"

namespace fhirehose::tests {
namespace {

using File = std::unique_ptr<std::FILE, decltype(&std::fclose)>;

File create(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  File file(descriptor < 0 ? nullptr : ::fdopen(descriptor, "w"), &std::fclose);
  if (!file) core::broken_invariant("a test's certificate can't be written");
  return file;
}

void write_certificate(X509* certificate, const std::filesystem::path& path) {
  PEM_write_X509(create(path).get(), certificate);
}

}  // namespace

KeyHandle new_ec_key(const char* curve) { return {EVP_EC_gen(curve), &EVP_PKEY_free}; }

KeyHandle new_rsa_key(unsigned bits) { return {EVP_RSA_gen(bits), &EVP_PKEY_free}; }

void write_key(EVP_PKEY* key, const std::filesystem::path& file, const std::string& pass_phrase) {
  const bool plain = pass_phrase.empty();
  PEM_write_PKCS8PrivateKey(create(file).get(), key, plain ? nullptr : EVP_aes_256_cbc(),
                            plain ? nullptr : pass_phrase.c_str(),
                            static_cast<int>(pass_phrase.size()), nullptr, nullptr);
}

TestCa::TestCa(std::filesystem::path directory)
    : directory_(std::move(directory)),
      file_(directory_ / "ca.pem"),
      key_(new_ec_key()),
      own_(make(key_.get(), "CA of " + directory_.string(), std::chrono::hours(24))) {
  sign(own_.get(), "critical,CA:TRUE", NID_basic_constraints);
  write_certificate(own_.get(), file_);
}

TestCa::Certificate TestCa::make(EVP_PKEY* key, const std::string& name,
                                 std::chrono::seconds life) const {
  Certificate made(X509_new(), &X509_free);
  X509_set_version(made.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), issued_ + 1);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), -86'400);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), static_cast<long>(life.count()));
  X509_set_pubkey(made.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(made.get(), X509_get_subject_name(own_ ? own_.get() : made.get()));
  return made;
}

void TestCa::sign(X509* certificate, const char* extension, int kind) const {
  X509V3_CTX context;
  X509V3_set_ctx(&context, own_.get(), certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const made = X509V3_EXT_conf_nid(nullptr, &context, kind, extension);
  X509_add_ext(certificate, made, -1);
  X509_EXTENSION_free(made);
  if (X509_sign(certificate, key_.get(), EVP_sha256()) == 0) {
    core::broken_invariant("a test's certificate can't be signed");
  }
}

Identity TestCa::issue(const std::string& subject_alternative, std::chrono::seconds life) {
  const std::string name = "issued-" + std::to_string(++issued_);
  const KeyHandle key = new_ec_key();
  const Certificate made = make(key.get(), name, life);
  sign(made.get(), subject_alternative.c_str(), NID_subject_alt_name);
  Identity identity{directory_ / (name + ".pem"), directory_ / (name + ".key")};
  write_certificate(made.get(), identity.certificate);
  write_key(key.get(), identity.key);
  return identity;
}

}  // namespace fhirehose::tests
