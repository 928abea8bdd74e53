#include "http/smart_backend.hpp"

#include <atomic>
#include <map>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "asking.hpp"
#include "http/authorized_client.hpp"
#include "jws_check.hpp"
#include "support/scratch_directory.hpp"
#include "support/scripted_server.hpp"
#include "support/test_ca.hpp"

namespace fhirehose::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using tests::Received;
using tests::Reply;
using tests::ScriptedServer;

std::string percent_decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool coded = text[i] == '%';
    plain += coded ? static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16))
                   : text[i];
    if (coded) i += 2;
  }
  return plain;
}

std::map<std::string, std::string> form_of(std::string_view body) {
  std::map<std::string, std::string> form;
  while (!body.empty()) {
    const std::string_view pair = body.substr(0, body.find('&'));
    const std::size_t equals = pair.find('=');
    form[std::string(pair.substr(0, equals))] = percent_decoded(pair.substr(equals + 1));
    body.remove_prefix(std::min(pair.size() + 1, body.size()));
  }
  return form;
}

/// A FHIR server with a token endpoint, which checks assertions itself, and takes only the token
/// that it has given out last.
class Guarded {
 public:
  explicit Guarded(EVP_PKEY* key)
      : key_(key), server_([this](const Received& request) { return answer(request); }) {}

  [[nodiscard]] std::string url(const std::string& path = "/fhir") const {
    return server_.url(path);
  }
  [[nodiscard]] std::vector<Received> received(const std::string& target) const {
    std::vector<Received> list = server_.received();
    std::erase_if(list, [&](const Received& request) { return request.target != target; });
    return list;
  }

  std::atomic<int> expires_in = 300;
  std::atomic<int> token_status = 200;
  std::atomic<int> fhir_status = 200;
  std::atomic<int> tokens = 0;  ///< given out; the last one is good
  std::string endpoint = {};    ///< as its configuration names it; empty: its own

 private:
  Reply answer(const Received& request) {
    if (request.target == "/fhir/.well-known/smart-configuration") {
      return {.body = R"({"capabilities":["client-confidential-asymmetric"],"token_endpoint":")" +
                      (endpoint.empty() ? url("/token") : endpoint) + "\"}"};
    }
    if (request.target == "/token") return give_token(request);
    const auto wanted = fmt::format("Authorization: Bearer token-{}", tokens.load());
    return {.status = request.has_header(wanted) ? fhir_status.load() : 401};
  }

  Reply give_token(const Received& request) {
    if (token_status != 200) {
      return {.status = token_status, .body = R"({"error":"invalid_client"})"};
    }
    auto form = form_of(request.body);
    const auto jwt = check_jwt(form["client_assertion"], key_);
    const bool fresh = ids_.insert(jwt.claims.at("jti").get<std::string>()).second;
    if (!jwt.good || !fresh || jwt.claims.at("aud") != url("/token") ||
        jwt.claims.at("iss") != "loader" || form["grant_type"] != "client_credentials" ||
        form["client_assertion_type"] != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" ||
        form["scope"] != "system/*.crus system/Group.rs") {
      return {.status = 400, .body = R"({"error":"invalid_request"})"};
    }
    return {.body = fmt::format(
                R"({{"token_type":"bearer","access_token":"token-{}","expires_in":{}}})", ++tokens,
                expires_in.load())};
  }

  EVP_PKEY* const key_;
  std::set<std::string> ids_;
  const ScriptedServer server_;
};

class Smart : public testing::Test {
 protected:
  Smart() { tests::write_key(key_.get(), scratch_ / "key"); }

  std::unique_ptr<AuthorizedClient> login(const std::string& token_url = {}) {
    SmartOptions options{.server = *parse_url(guarded_.url()),
                         .client_id = "loader",
                         .scope = "system/*.crus system/Group.rs",
                         .clocks = {.steady = [this] { return now_.load(); }}};
    if (!token_url.empty()) options.token = *parse_url(token_url);
    auto client = std::make_unique<Client>();
    auto smart = std::make_unique<SmartBackend>(std::move(options),
                                                *SigningKey::read(scratch_ / "key"), *client);
    return std::make_unique<AuthorizedClient>(std::move(client), std::move(smart));
  }
  Response visit(AuthorizedClient& client) { return get(client, guarded_.url("/fhir/Patient")); }
  void pass(std::chrono::seconds time) { now_ = now_.load() + time; }

  tests::ScratchDirectory scratch_;
  const tests::KeyHandle key_ = tests::new_ec_key("P-384");
  Guarded guarded_{key_.get()};
  std::atomic<std::chrono::steady_clock::time_point> now_{
      std::chrono::steady_clock::time_point(1h)};
};

TEST_F(Smart, FindsTheTokenEndpointAndExchangesASignedAssertion) {
  const auto client = login();
  EXPECT_EQ(visit(*client).status, 200);
  EXPECT_EQ(guarded_.received("/fhir/.well-known/smart-configuration").size(), 1U);
  EXPECT_EQ(guarded_.received("/token").size(), 1U);
}

TEST_F(Smart, AsksTheEndpointThatItIsTold) {
  const auto client = login(guarded_.url("/token"));
  EXPECT_EQ(visit(*client).status, 200);
  EXPECT_THAT(guarded_.received("/fhir/.well-known/smart-configuration"), IsEmpty());
}

TEST_F(Smart, UsesATokenForAsLongAsItIsGood) {
  const auto client = login();
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(visit(*client).status, 200);
    pass(47s);
  }
  EXPECT_EQ(guarded_.tokens, 1);
}

TEST_F(Smart, RenewsATokenBeforeItEnds) {
  const auto client = login();
  visit(*client);
  pass(241s);
  EXPECT_EQ(visit(*client).status, 200);
  EXPECT_EQ(guarded_.tokens, 2);
  EXPECT_EQ(client->renewals(), 0U);
}

TEST_F(Smart, RenewsAShortTokenInItsLastQuarter) {
  guarded_.expires_in = 8;
  const auto client = login();
  visit(*client);
  pass(5s);
  visit(*client);
  EXPECT_EQ(guarded_.tokens, 1);
  pass(2s);
  visit(*client);
  EXPECT_EQ(guarded_.tokens, 2);
}

TEST_F(Smart, RenewsATokenThatIsRefused) {
  const auto client = login();
  visit(*client);
  ++guarded_.tokens;  // as if another client had got one: ours has ended
  EXPECT_EQ(visit(*client).status, 200);
  EXPECT_EQ(client->renewals(), 1U);
}

TEST_F(Smart, RenewsOnceForAllThatWereRefusedAtOnce) {
  const auto client = login();
  visit(*client);
  ++guarded_.tokens;
  std::vector<std::future<int>> statuses;
  for (int i = 0; i < 30; ++i) {
    const auto promise = std::make_shared<std::promise<int>>();
    statuses.push_back(promise->get_future());
    client->send({.url = *parse_url(guarded_.url("/fhir/Patient"))},
                 [promise](const Response& response) { promise->set_value(response.status); });
  }
  for (auto& status : statuses) EXPECT_EQ(status.get(), 200);
  EXPECT_EQ(guarded_.received("/token").size(), 2U);
}

TEST_F(Smart, GivesASecondRefusalInARowToItsCaller) {
  const auto client = login();
  guarded_.fhir_status = 403;
  EXPECT_EQ(visit(*client).status, 403);
  EXPECT_EQ(guarded_.received("/fhir/Patient").size(), 2U);
  EXPECT_EQ(guarded_.received("/token").size(), 2U);
}

TEST_F(Smart, GoesOnWithAGoodTokenWhileTheEndpointIsDown) {
  const auto client = login();
  visit(*client);
  guarded_.token_status = 503;
  pass(250s);
  EXPECT_EQ(visit(*client).status, 200);
  EXPECT_EQ(visit(*client).status, 200);
  EXPECT_EQ(guarded_.received("/token").size(), 2U);
  pass(60s);
  EXPECT_EQ(failure_of(visit(*client)).kind, core::ErrorKind::kRetry);
  guarded_.token_status = 200;
  EXPECT_EQ(visit(*client).status, 200);
}

TEST_F(Smart, StopsWhenTheEndpointRefusesTheClient) {
  guarded_.token_status = 401;
  const auto client = login();
  const core::Error error = failure_of(visit(*client));
  EXPECT_EQ(error.kind, core::ErrorKind::kStop);
  EXPECT_EQ(error.message, "the token endpoint answered 401 (invalid_client)");
  EXPECT_THAT(guarded_.received("/fhir/Patient"), IsEmpty());
}

TEST_F(Smart, SaysThatAServerNamesNoEndpoint) {
  for (const char* endpoint : {"nowhere", "ftp://h/token", "https://u:hunter2@h/token"}) {
    guarded_.endpoint = endpoint;
    const auto client = login();
    const core::Error error = failure_of(visit(*client));
    EXPECT_EQ(error.kind, core::ErrorKind::kUsage);
    EXPECT_THAT(error.message, HasSubstr("--token-url"));
    EXPECT_THAT(error.message, Not(HasSubstr("hunter2")));
  }
}

TEST_F(Smart, DoesNotHandItsAssertionToARedirect) {
  const ScriptedServer elsewhere([](const Received&) { return Reply{}; });
  const ScriptedServer moved([&](const Received&) {
    return Reply{.status = 308, .headers = {"Location: " + elsewhere.url("/token?code=hunter2")}};
  });
  const auto client = login(moved.url("/token"));
  const core::Error error = failure_of(visit(*client));
  EXPECT_EQ(error.kind, core::ErrorKind::kStop);
  EXPECT_THAT(error.message, HasSubstr(parse_url(elsewhere.url())->authority));
  EXPECT_THAT(error.message, Not(HasSubstr("hunter2")));
  EXPECT_THAT(elsewhere.received(), IsEmpty());
}

TEST_F(Smart, RefusesAnAnswerWithoutATokenThatAHeaderCanHold) {
  for (const char* body : {"{}", "<html>", R"({"access_token":""})",
                           R"({"access_token":"a\r\nX-Admin: 1"})", R"({"access_token":7})"}) {
    const ScriptedServer odd([body](const Received&) { return Reply{.body = body}; });
    const auto client = login(odd.url("/token"));
    EXPECT_THAT(failure_of(visit(*client)).message, HasSubstr("no access token"));
  }
}

}  // namespace
}  // namespace fhirehose::http
