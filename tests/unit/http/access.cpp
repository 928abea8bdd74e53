#include "http/access.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "asking.hpp"
#include "http/authorized_client.hpp"
#include "support/scratch_directory.hpp"
#include "support/scripted_server.hpp"
#include "support/variable.hpp"

namespace fhirehose::http {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using tests::Received;
using tests::Reply;
using tests::ScriptedServer;
using tests::Variable;

class Access : public testing::Test {
 protected:
  std::unique_ptr<AuthorizedClient> login(const ServerAccess& access) {
    auto client = std::make_unique<Client>(*client_options(access));
    auto authorizer = make_authorizer(access, *parse_url(server_.url()), *client);
    EXPECT_TRUE(authorizer) << authorizer.error().message;
    return std::make_unique<AuthorizedClient>(std::move(client), *std::move(authorizer));
  }
  Response visit(const ServerAccess& access) { return get(*login(access), server_.url()); }

  std::string refusal(const ServerAccess& access) {
    Client client;
    const auto authorizer = make_authorizer(access, *parse_url(server_.url()), client);
    return authorizer ? "" : authorizer.error().message;
  }
  std::filesystem::path secret(std::string_view text) {
    write_text(scratch_ / "secret", text);
    return scratch_ / "secret";
  }

  tests::ScratchDirectory scratch_;
  std::string
      wanted_;  ///< header without which the server answers 401; the test's, between requests
  const ScriptedServer server_{[this](const Received& request) {
    return Reply{.status = wanted_.empty() || request.has_header(wanted_) ? 200 : 401};
  }};
};

TEST_F(Access, IsAnonymousUnlessAskedOtherwise) {
  visit({});
  EXPECT_THAT(server_.received().at(0).headers, Not(Contains(StartsWith("Authorization"))));
}

// RFC 7617, section 2 and 2.1.
TEST_F(Access, ByPasswordIsHttpBasic) {
  wanted_ = "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==";
  EXPECT_EQ(visit({.user = "Aladdin", .password_file = secret("open sesame\n")}).status, 200);
  const Variable password("FHIREHOSE_PASSWORD", "123\xC2\xA3");
  wanted_ = "Authorization: Basic dGVzdDoxMjPCow==";
  EXPECT_EQ(visit({.user = "test"}).status, 200);
}

TEST_F(Access, ByTokenComesFromAFileOrTheEnvironment) {
  wanted_ = "Authorization: Bearer from-file";
  const Variable variable("FHIREHOSE_TOKEN", "from-environment");
  EXPECT_EQ(visit({.token_file = secret("from-file\n")}).status, 200);
  wanted_ = "Authorization: Bearer from-environment";
  EXPECT_EQ(visit({}).status, 200);
}

TEST_F(Access, TakesUpARotatedToken) {
  wanted_ = "Authorization: Bearer old";
  const auto client = login({.token_file = secret("old")});
  EXPECT_EQ(get(*client, server_.url()).status, 200);
  wanted_ = "Authorization: Bearer new";
  secret("new");
  EXPECT_EQ(get(*client, server_.url()).status, 200);
  EXPECT_EQ(client->renewals(), 1U);
  EXPECT_EQ(server_.received().size(), 3U);
}

TEST_F(Access, DoesNotRepeatWhatWasRefused) {
  wanted_ = "Authorization: Bearer new";
  const auto client = login({.token_file = secret("old")});
  EXPECT_EQ(get(*client, server_.url()).status, 401);
  EXPECT_EQ(server_.received().size(), 1U);
  std::filesystem::remove(scratch_ / "secret");
  EXPECT_EQ(get(*client, server_.url()).status, 401);
  const Variable variable("FHIREHOSE_TOKEN", "old");
  EXPECT_EQ(visit({}).status, 401);
  EXPECT_EQ(server_.received().size(), 3U);
}

TEST_F(Access, TriesRenewedCredentialsOnce) {
  wanted_ = "Authorization: Bearer newest";
  const auto client = login({.token_file = secret("old")});
  secret("new");
  EXPECT_EQ(get(*client, server_.url()).status, 401);
  EXPECT_EQ(server_.received().size(), 2U);
}

TEST_F(Access, IsToBeShownInOneWayOnly) {
  const auto file = secret("x");
  EXPECT_THAT(refusal({.user = "a", .token_file = file}), HasSubstr("only one"));
  EXPECT_THAT(refusal({.token_file = file, .client_id = "a", .client_key = file}),
              HasSubstr("only one"));
}

TEST_F(Access, IsRefusedByHalf) {
  EXPECT_THAT(refusal({.user = "a"}), HasSubstr("FHIREHOSE_PASSWORD"));
  EXPECT_THAT(refusal({.password_file = "x"}), HasSubstr("--user"));
  EXPECT_THAT(refusal({.client_id = "a"}), HasSubstr("--client-key"));
  EXPECT_THAT(refusal({.key_id = "k"}), HasSubstr("--client-id"));
  EXPECT_THAT(refusal({.token_url = "https://h.test/token"}), HasSubstr("--client-id"));
  EXPECT_THAT(refusal({.client_key = "a"}), HasSubstr("--client-id"));
  EXPECT_THAT(refusal({.user = "a:b", .password_file = secret("x")}), HasSubstr("colon"));
  EXPECT_THAT(refusal({.token_file = scratch_ / "none"}), HasSubstr("can't be read"));
}

TEST_F(Access, KeepsSecretsOutOfRefusals) {
  const auto file = secret("hunter2");
  EXPECT_THAT(refusal({.client_id = "a", .client_key = file}), Not(HasSubstr("hunter2")));
  const std::string told =
      refusal({.client_id = "a", .client_key = file, .token_url = "https://u:hunter2@h/token"});
  EXPECT_THAT(told, HasSubstr("h/token"));
  EXPECT_THAT(told, Not(HasSubstr("hunter2")));
}

TEST_F(Access, WarnsOfSecretsThatOthersCanRead) {
  const auto file = secret("x");
  const Url here = *parse_url(server_.url());
  std::filesystem::permissions(file, std::filesystem::perms(0644));
  EXPECT_THAT(warnings({.token_file = file}, here), ElementsAre(HasSubstr(file.string())));
  EXPECT_THAT(warnings({.user = "a", .password_file = file}, here).size(), 1U);
  EXPECT_THAT(warnings({.certificate = file}, here).size(), 1U);
  EXPECT_THAT(warnings({.certificate = file, .certificate_key = "none"}, here), IsEmpty());
  std::filesystem::permissions(file, std::filesystem::perms(0600));
  EXPECT_THAT(warnings({.token_file = file}, here), IsEmpty());
}

TEST_F(Access, WarnsOfCredentialsInTheClear) {
  EXPECT_THAT(warnings({.user = "a"}, *parse_url("http://h.test/fhir")),
              ElementsAre(HasSubstr("h.test:80 in the clear")));
  EXPECT_THAT(warnings({.user = "a"}, *parse_url("https://h.test/fhir")), IsEmpty());
  EXPECT_THAT(warnings({}, *parse_url("http://h.test/fhir")), IsEmpty());
}

}  // namespace
}  // namespace fhirehose::http
