#include "http/base64.hpp"

#include <algorithm>

#include <openssl/evp.h>

namespace fhirehose::http {

std::string base64(std::string_view bytes) {
  // OpenSSL ends it with a zero byte, which std::string has room for.
  std::string text((bytes.size() + 2) / 3 * 4, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                  reinterpret_cast<const unsigned char*>(bytes.data()),
                  static_cast<int>(bytes.size()));
  return text;
}

std::string base64url(std::string_view bytes) {
  std::string text = base64(bytes);
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  text.erase(std::min(text.find('='), text.size()));
  return text;
}

}  // namespace fhirehose::http
