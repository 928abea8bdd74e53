#include "http/transport_error.hpp"

#include <string>

#include <fmt/format.h>

namespace fhirehose::http {
namespace {

core::ErrorKind kind_of(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_SEND_FAIL_REWIND:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_SSL_CONNECT_ERROR:
      return core::ErrorKind::kRetry;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ISSUER_ERROR:
      return core::ErrorKind::kUsage;
    default:
      return core::ErrorKind::kStop;
  }
}

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// There is no code for it, only OpenSSL's text: TLS 1.3 tells a client that its certificate is
// missing or unwanted only after the handshake, by an alert that curl takes for a broken
// connection.
bool refuses_client_certificate(std::string_view detail) {
  if (!holds(detail, "alert")) return false;
  return holds(detail, "certificate") || holds(detail, "unknown ca") ||
         holds(detail, "handshake failure");
}

core::Error proxy_refusal(const TransferFailure& failure) {
  const bool passes = failure.proxy_status >= 500;
  std::string message = fmt::format("{}: the proxy answered {} instead of connecting",
                                    failure.authority, failure.proxy_status);
  if (failure.proxy_status == 407) {
    message += "; its credentials come from FHIREHOSE_PROXY_USER and FHIREHOSE_PROXY_PASSWORD";
  }
  return {passes ? core::ErrorKind::kRetry : core::ErrorKind::kUsage, std::move(message)};
}

}  // namespace

core::Error transport_error(const TransferFailure& failure) {
  if (failure.proxy_status >= 300) return proxy_refusal(failure);
  if (refuses_client_certificate(failure.detail)) {
    return {core::ErrorKind::kUsage,
            fmt::format("{}: the server breaks off the handshake, as one does that wants a client "
                        "certificate which it trusts (--cert): {}",
                        failure.authority, failure.detail)};
  }
  if (holds(failure.detail, "Unsupported proxy")) {
    return {core::ErrorKind::kUsage,
            fmt::format("{}: the address of the proxy can't be used", failure.authority)};
  }
  // curl may repeat a proxy's address, in which the environment may have put a password.
  const bool own_words = holds(failure.detail, "@") || failure.detail.empty();
  const std::string_view detail = own_words ? curl_easy_strerror(failure.code) : failure.detail;
  std::string message = fmt::format("{}: {}", failure.authority, detail);
  if (holds(detail, "issuer certificate") || holds(detail, "self-signed certificate")) {
    message += "; --ca FILE names who is to be trusted";
  }
  return {kind_of(failure.code), std::move(message)};
}

}  // namespace fhirehose::http
