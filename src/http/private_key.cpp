#include "http/private_key.hpp"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

namespace fhirehose::http {
namespace {

// Instead of OpenSSL's own, which asks on the terminal.
int refuse_pass_phrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

}  // namespace

core::Result<PrivateKey> read_private_key(const std::filesystem::path& file) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> in(BIO_new_file(file.c_str(), "r"), &BIO_free);
  bool encrypted = false;
  PrivateKey key(
      in ? PEM_read_bio_PrivateKey(in.get(), nullptr, &refuse_pass_phrase, &encrypted) : nullptr,
      &EVP_PKEY_free);
  // What OpenSSL remembers would show up in the next message of this thread.
  ERR_clear_error();
  if (key) return key;
  const char* const why = !in         ? "can't be read"
                          : encrypted ? "is encrypted: a key without a pass phrase is needed"
                                      : "holds no private key in PEM";
  return core::fail(core::ErrorKind::kUsage, fmt::format("{} {}", file.string(), why));
}

}  // namespace fhirehose::http
