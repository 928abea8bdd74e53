#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "asking.hpp"
#include "http/access.hpp"
#include "support/connect_proxy.hpp"
#include "support/scratch_directory.hpp"
#include "support/test_ca.hpp"
#include "support/tls_server.hpp"
#include "support/variable.hpp"

namespace fhirehose::http {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using tests::ConnectProxy;
using tests::Variable;

constexpr const char* kUrl = "https://fhir.hospital.test/fhir";

class Proxy : public testing::Test {
 protected:
  [[nodiscard]] Response visit(const std::string& proxy) {
    Client client(*client_options({.ca = ca_.file(), .proxy = proxy}));
    return ask(client, {.url = *parse_url(kUrl), .headers = {"Authorization: Bearer sesame"}});
  }

  tests::ScratchDirectory scratch_;
  tests::TestCa ca_{scratch_.path()};
  const tests::TlsServer server_{ca_.issue("DNS:fhir.hospital.test")};
  const ConnectProxy proxy_{server_.port()};
};

TEST_F(Proxy, TunnelsToAServerThatHasNoAddressHere) {
  const Response response = visit("http://" + proxy_.authority());
  EXPECT_EQ(failure_of(response).message, "");
  EXPECT_EQ(response.body, "hello");
  EXPECT_THAT(proxy_.heads(),
              ElementsAre(HasSubstr("CONNECT fhir.hospital.test:443 HTTP/1.1\r\n")));
}

TEST_F(Proxy, IsTakenFromTheEnvironment) {
  const Variable variable("https_proxy", "http://" + proxy_.authority());
  EXPECT_EQ(visit("").body, "hello");
  EXPECT_EQ(proxy_.heads().size(), 1U);
}

TEST_F(Proxy, OfTheEnvironmentIsNotForThisVeryMachine) {
  const Variable variable("https_proxy", "http://" + proxy_.authority());
  const tests::TlsServer here(ca_.issue("IP:127.0.0.1"));
  Client client(*client_options({.ca = ca_.file()}));
  EXPECT_EQ(get(client, here.url()).body, "hello");
  EXPECT_THAT(proxy_.heads(), IsEmpty());
}

TEST_F(Proxy, AndServerSeeOnlyTheirOwnCredentials) {
  const Variable user("FHIREHOSE_PROXY_USER", "jane");
  const Variable password("FHIREHOSE_PROXY_PASSWORD", "hunter2");
  EXPECT_EQ(visit("http://" + proxy_.authority()).body, "hello");
  // printf jane:hunter2 | base64
  EXPECT_THAT(proxy_.heads(),
              ElementsAre(HasSubstr("Proxy-Authorization: Basic amFuZTpodW50ZXIy\r\n")));
  EXPECT_THAT(proxy_.heads(), ElementsAre(Not(HasSubstr("sesame"))));
  EXPECT_THAT(server_.headers("Authorization"), ElementsAre("Bearer sesame"));
  EXPECT_THAT(server_.headers("Proxy-Authorization"), IsEmpty());
}

TEST_F(Proxy, ThatWantsCredentialsIsNamedAsTheOneThatDoes) {
  const ConnectProxy strict(server_.port(), 407);
  const core::Error error = failure_of(visit("http://" + strict.authority()));
  EXPECT_EQ(error.kind, core::ErrorKind::kUsage);
  EXPECT_THAT(error.message, HasSubstr("the proxy answered 407"));
  EXPECT_THAT(error.message, HasSubstr("FHIREHOSE_PROXY_USER"));
}

TEST_F(Proxy, ThatIsOverloadedMayPass) {
  const ConnectProxy busy(server_.port(), 503);
  EXPECT_EQ(failure_of(visit("http://" + busy.authority())).kind, core::ErrorKind::kRetry);
}

TEST_F(Proxy, IsNotGivenWithItsPassword) {
  const auto options = client_options({.proxy = "http://jane:hunter2@proxy.test:3128"});
  ASSERT_FALSE(options);
  EXPECT_EQ(options.error().kind, core::ErrorKind::kUsage);
  EXPECT_THAT(options.error().message, Not(HasSubstr("hunter2")));
}

TEST_F(Proxy, OfTheEnvironmentKeepsItsPasswordOutOfErrors) {
  for (const char* proxy : {"http://jane:hunter2@127.0.0.1:1", "gopher://jane:hunter2@h:1",
                            "http://jane:hunter2@ho st:1"}) {
    const Variable variable("https_proxy", proxy);
    const core::Error error = failure_of(visit(""));
    EXPECT_THAT(error.message, HasSubstr("fhir.hospital.test:443"));
    EXPECT_THAT(error.message, Not(HasSubstr("hunter2")));
  }
}

}  // namespace
}  // namespace fhirehose::http
