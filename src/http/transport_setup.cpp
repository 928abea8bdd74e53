#include "http/transport_setup.hpp"

namespace fhirehose::http {

// Verification is curl's default; it is said here because there is no option to turn it off.
void set_tls(CURL* easy, const ClientOptions& options) {
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options.ca_file.empty()) {
    // Debian's curl looks into the system's directory as well unless it is taken away.
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
    curl_easy_setopt(easy, CURLOPT_CAINFO, options.ca_file.c_str());
    curl_easy_setopt(easy, CURLOPT_PROXY_CAPATH, nullptr);
    curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, options.ca_file.c_str());
  }
  if (options.certificate_file.empty()) return;
  const std::string& key = options.key_file.empty() ? options.certificate_file : options.key_file;
  curl_easy_setopt(easy, CURLOPT_SSLCERT, options.certificate_file.c_str());
  curl_easy_setopt(easy, CURLOPT_SSLKEY, key.c_str());
}

// A proxy of the environment is not for this very machine; one that was asked for is for all.
void set_route(CURL* easy, const ClientOptions& options, const Url& url) {
  if (!options.proxy.empty()) {
    curl_easy_setopt(easy, CURLOPT_PROXY, options.proxy.c_str());
    if (!options.proxy_user.empty()) {
      curl_easy_setopt(easy, CURLOPT_PROXYUSERNAME, options.proxy_user.c_str());
      curl_easy_setopt(easy, CURLOPT_PROXYPASSWORD, options.proxy_password.c_str());
    }
  } else {
    curl_easy_setopt(easy, CURLOPT_PROXY, url.loopback ? "" : nullptr);
  }
  // Over TLS as well: decisions/0028-http-1-1.md.
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
}

}  // namespace fhirehose::http
