#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "asking.hpp"
#include "http/access.hpp"
#include "support/scratch_directory.hpp"
#include "support/test_ca.hpp"
#include "support/tls_server.hpp"

namespace fhirehose::http {
namespace {

using namespace std::chrono_literals;
using core::ErrorKind;
using testing::HasSubstr;
using tests::Identity;
using tests::TlsServer;

class Tls : public testing::Test {
 protected:
  /// What came of a GET by a client with these options.
  static Response visit(const TlsServer& server, const ServerAccess& access) {
    Client client(*client_options(access));
    return get(client, server.url());
  }
  static void expect_usage(const Response& response, const std::string& part) {
    EXPECT_EQ(failure_of(response).kind, ErrorKind::kUsage);
    EXPECT_THAT(failure_of(response).message, HasSubstr(part));
    EXPECT_THAT(failure_of(response).message, HasSubstr("127.0.0.1:"));
  }

  tests::ScratchDirectory scratch_;
  tests::TestCa ca_{scratch_.path()};
  const Identity here_ = ca_.issue("IP:127.0.0.1");
};

TEST_F(Tls, ReachesAServerWhoseIssuerIsTrusted) {
  const TlsServer server(here_);
  const Response response = visit(server, {.ca = ca_.file()});
  EXPECT_EQ(failure_of(response).message, "");
  EXPECT_EQ(response.body, "hello");
}

TEST_F(Tls, RefusesAnIssuerThatTheSystemDoesNotKnow) {
  const TlsServer server(here_);
  expect_usage(visit(server, {}), "--ca FILE");
  EXPECT_EQ(server.requests(), 0U);
}

TEST_F(Tls, RefusesAnotherIssuerThanTheOneGiven) {
  const tests::ScratchDirectory elsewhere;
  const tests::TestCa other(elsewhere.path());
  const TlsServer server(here_);
  expect_usage(visit(server, {.ca = other.file()}), "certificate");
  EXPECT_EQ(server.requests(), 0U);
}

TEST_F(Tls, RefusesACertificateForAnotherHost) {
  const TlsServer server(ca_.issue("DNS:other.test"));
  expect_usage(visit(server, {.ca = ca_.file()}), "127.0.0.1'");
  EXPECT_EQ(server.requests(), 0U);
}

TEST_F(Tls, RefusesACertificateThatHasExpired) {
  const TlsServer server(ca_.issue("IP:127.0.0.1", -1h));
  expect_usage(visit(server, {.ca = ca_.file()}), "expired");
  EXPECT_EQ(server.requests(), 0U);
}

TEST_F(Tls, ShowsItsCertificateToAServerThatAsks) {
  const TlsServer server(here_, ca_.file());
  const Identity own = ca_.issue("DNS:loader.test");
  const Response response =
      visit(server, {.certificate = own.certificate, .certificate_key = own.key, .ca = ca_.file()});
  EXPECT_EQ(failure_of(response).message, "");
  EXPECT_EQ(response.body, "hello");
}

TEST_F(Tls, SaysThatAServerWantsACertificate) {
  const TlsServer server(here_, ca_.file());
  expect_usage(visit(server, {.ca = ca_.file()}), "--cert");
  EXPECT_EQ(server.requests(), 0U);
}

TEST_F(Tls, SaysThatAServerDoesNotTrustItsCertificate) {
  const tests::ScratchDirectory elsewhere;
  tests::TestCa other(elsewhere.path());
  const Identity stranger = other.issue("DNS:loader.test");
  const TlsServer server(here_, ca_.file());
  expect_usage(visit(server, {.certificate = stranger.certificate,
                              .certificate_key = stranger.key,
                              .ca = ca_.file()}),
               "--cert");
}

TEST_F(Tls, TakesAKeyFromTheCertificatesOwnFile) {
  const Identity own = ca_.issue("DNS:loader.test");
  const auto both = scratch_ / "both.pem";
  write_text(both, "");
  for (const auto& part : {own.certificate, own.key}) {
    std::ofstream(both, std::ios::app) << std::ifstream(part).rdbuf();
  }
  const TlsServer server(here_, ca_.file());
  EXPECT_EQ(visit(server, {.certificate = both, .ca = ca_.file()}).body, "hello");
}

class ClientOptionsOf : public Tls {
 protected:
  static std::string refusal(const ServerAccess& access) {
    const auto options = client_options(access);
    if (options) return "";
    EXPECT_EQ(options.error().kind, ErrorKind::kUsage);
    return options.error().message;
  }
  const Identity own_ = ca_.issue("DNS:loader.test");
};

TEST_F(ClientOptionsOf, RefuseACertificateWithAnothersKey) {
  EXPECT_THAT(refusal({.certificate = own_.certificate, .certificate_key = here_.key}),
              HasSubstr("does not belong to its private key"));
}

TEST_F(ClientOptionsOf, RefuseACertificateThatHasExpired) {
  const Identity old = ca_.issue("DNS:loader.test", -1h);
  EXPECT_THAT(refusal({.certificate = old.certificate, .certificate_key = old.key}),
              HasSubstr("has expired"));
}

TEST_F(ClientOptionsOf, RefuseAKeyWithAPassPhraseInsteadOfAskingForIt) {
  const auto key = tests::new_ec_key();
  tests::write_key(key.get(), scratch_ / "locked.key", "sesame");
  EXPECT_THAT(
      refusal({.certificate = own_.certificate, .certificate_key = scratch_ / "locked.key"}),
      HasSubstr("is encrypted"));
}

TEST_F(ClientOptionsOf, RefuseFilesThatAreNotThereOrHoldSomethingElse) {
  EXPECT_THAT(refusal({.ca = scratch_ / "none.pem"}), HasSubstr("can't be read"));
  EXPECT_THAT(refusal({.certificate = own_.key}), HasSubstr("no certificate"));
  EXPECT_THAT(refusal({.certificate = own_.certificate, .certificate_key = own_.certificate}),
              HasSubstr("no private key"));
  EXPECT_THAT(refusal({.certificate_key = own_.key}), HasSubstr("--cert"));
}

}  // namespace
}  // namespace fhirehose::http
