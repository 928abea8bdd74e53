#include "http/transport_error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fhirehose::http {
namespace {

using core::ErrorKind;
using testing::HasSubstr;
using testing::Not;

ErrorKind kind_after(CURLcode code) { return transport_error({.code = code}).kind; }

TEST(TransportError, LetsWhatMayPassBeTriedAgain) {
  for (const CURLcode code : {CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST, CURLE_RECV_ERROR,
                              CURLE_OPERATION_TIMEDOUT, CURLE_GOT_NOTHING}) {
    EXPECT_EQ(kind_after(code), ErrorKind::kRetry) << curl_easy_strerror(code);
  }
}

TEST(TransportError, CallsCertificatesAndNamesAMatterOfUsage) {
  for (const CURLcode code : {CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
                              CURLE_SSL_CACERT_BADFILE, CURLE_URL_MALFORMAT}) {
    EXPECT_EQ(kind_after(code), ErrorKind::kUsage) << curl_easy_strerror(code);
  }
  EXPECT_EQ(kind_after(CURLE_OUT_OF_MEMORY), ErrorKind::kStop);
}

TEST(TransportError, NamesTheServerAndWhatCurlSays) {
  EXPECT_EQ(
      transport_error({.code = CURLE_RECV_ERROR, .detail = "Connection reset", .authority = "h:1"})
          .message,
      "h:1: Connection reset");
  EXPECT_THAT(transport_error({.code = CURLE_OPERATION_TIMEDOUT, .authority = "h:1"}).message,
              HasSubstr("h:1: Timeout"));
}

// TLS 1.3 says it after the handshake, so that curl takes it for a connection that broke.
TEST(TransportError, TellsAMissingClientCertificateFromABrokenConnection) {
  for (const char* alert : {"tlsv13 alert certificate required", "tlsv1 alert unknown ca",
                            "sslv3 alert bad certificate", "sslv3 alert certificate expired"}) {
    const core::Error error =
        transport_error({.code = CURLE_RECV_ERROR, .detail = alert, .authority = "h:1"});
    EXPECT_EQ(error.kind, ErrorKind::kUsage);
    EXPECT_THAT(error.message, HasSubstr("--cert"));
  }
}

TEST(TransportError, TellsAProxyThatRefusesFromOneThatIsBusy) {
  const auto answered = [](long status) {
    return transport_error({.code = CURLE_RECV_ERROR, .authority = "h:1", .proxy_status = status});
  };
  EXPECT_EQ(answered(407).kind, ErrorKind::kUsage);
  EXPECT_EQ(answered(403).kind, ErrorKind::kUsage);
  EXPECT_EQ(answered(502).kind, ErrorKind::kRetry);
  EXPECT_EQ(answered(200).kind, ErrorKind::kRetry);
}

TEST(TransportError, DoesNotRepeatAnAddressWithAPassword) {
  const core::Error error = transport_error({.code = CURLE_COULDNT_RESOLVE_PROXY,
                                             .detail = "what is http://jane:hunter2@proxy",
                                             .authority = "h:1"});
  EXPECT_THAT(error.message, Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace fhirehose::http
