#include "http/client.hpp"

#include <future>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/scripted_server.hpp"

namespace fhirehose::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using tests::Ending;
using tests::Received;
using tests::Reply;
using tests::ScriptedServer;

std::future<Response> send(Client& client, Request request) {
  auto promise = std::make_shared<std::promise<Response>>();
  client.send(std::move(request),
              [promise](Response response) { promise->set_value(std::move(response)); });
  return promise->get_future();
}

Response get(Client& client, const std::string& url) {
  return send(client, {.url = *parse_url(url)}).get();
}

Response post(Client& client, const std::string& url, std::span<const std::string_view> body) {
  return send(client, {.method = Method::kPost,
                       .url = *parse_url(url),
                       .headers = {"Content-Type: application/fhir+json"},
                       .body = body})
      .get();
}

Reply echo(const Received& request) { return {.body = request.body}; }

TEST(Client, SendsItsBodyFromRunsWithAKnownLength) {
  ScriptedServer server(echo);
  Client client;
  const std::vector<std::string_view> body = {"{\"a\":", "1", "", "}"};
  const Response response = post(client, server.url(), body);
  EXPECT_FALSE(response.failure);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"a":1})");
  const Received request = server.received().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_TRUE(request.has_header("Content-Length: 7"));
  EXPECT_TRUE(request.has_header("Content-Type: application/fhir+json"));
}

TEST(Client, SendsABodyOfManyMebibytesWithoutAskingFirst) {
  ScriptedServer server(
      [](const Received& request) { return Reply{.body = std::to_string(request.body.size())}; });
  Client client;
  const std::string run(3'000'001, 'x');
  const std::vector<std::string_view> body(3, run);
  EXPECT_EQ(post(client, server.url(), body).body, "9000003");
  EXPECT_THAT(server.received().at(0).headers,
              testing::Each(testing::Not(testing::StartsWith("Expect"))));
}

TEST(Client, KeepsAConnectionForTheNextRequest) {
  ScriptedServer server(echo);
  Client client;
  for (int i = 0; i < 5; ++i) get(client, server.url());
  EXPECT_EQ(server.connections(), 1U);
}

TEST(Client, OpensNoMoreConnectionsThanAllowed) {
  ScriptedServer server(echo);
  Client client({.connections = 2});
  std::vector<std::future<Response>> responses;
  for (int i = 0; i < 20; ++i) {
    responses.push_back(send(client, {.url = *parse_url(server.url())}));
  }
  for (auto& response : responses) EXPECT_EQ(response.get().status, 200);
  EXPECT_LE(server.connections(), 2U);
}

// The first request is answered; the second comes over the same connection, which is closed under
// it: its body has to be read from the front again.
TEST(Client, SendsAgainWhatWentOverAConnectionThatWasClosed) {
  ScriptedServer server([](const Received& request) {
    const bool reused = request.connection == 0 && request.place == 1;
    return Reply{.body = request.body, .ending = reused ? Ending::kSilent : Ending::kKeep};
  });
  Client client;
  const std::vector<std::string_view> body = {"some", "thing"};
  post(client, server.url(), body);
  const Response response = post(client, server.url(), body);
  EXPECT_FALSE(response.failure);
  EXPECT_EQ(response.body, "something");
  EXPECT_EQ(server.received().size(), 3U);
}

TEST(Client, LosesNothingWhenEachConnectionIsDroppedAfterOneAnswer) {
  for (const Ending ending : {Ending::kDrop, Ending::kAnnounce}) {
    ScriptedServer server([ending](const Received& request) {
      return Reply{.body = request.body, .ending = ending};
    });
    Client client;
    const std::vector<std::string_view> body = {"x"};
    for (int i = 0; i < 20; ++i) {
      const Response response = post(client, server.url(), body);
      EXPECT_EQ(response.body, "x") << response.failure.value_or(core::Error{}).message;
    }
  }
}

TEST(Client, SaysThatNobodyListens) {
  std::string url;
  {
    const ScriptedServer gone(echo);
    url = gone.url();
  }
  Client client;
  const Response response = get(client, url);
  ASSERT_TRUE(response.failure);
  EXPECT_EQ(response.failure->kind, core::ErrorKind::kRetry);
  EXPECT_THAT(response.failure->message, HasSubstr(parse_url(url)->authority));
}

TEST(Client, CallsAnAnswerThatIsCutAFailure) {
  for (const Ending ending : {Ending::kCut, Ending::kSilent}) {
    ScriptedServer server(
        [ending](const Received&) { return Reply{.body = "twelve bytes", .ending = ending}; });
    Client client;
    const Response response = get(client, server.url());
    ASSERT_TRUE(response.failure);
    EXPECT_EQ(response.failure->kind, core::ErrorKind::kRetry);
  }
}

TEST(Client, GivesUpAfterItsTimeout) {
  ScriptedServer server([](const Received&) { return Reply{.ending = Ending::kHang}; });
  Client client({.request_timeout = 50ms});
  const Response response = get(client, server.url());
  ASSERT_TRUE(response.failure);
  EXPECT_EQ(response.failure->kind, core::ErrorKind::kRetry);
}

TEST(Client, GivesStatusAndRetryAfter) {
  ScriptedServer server([](const Received&) {
    return Reply{.status = 503, .body = "busy", .headers = {"Retry-After: 7"}};
  });
  Client client;
  const Response response = get(client, server.url());
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.body, "busy");
  EXPECT_EQ(response.retry_after, 7s);
}

TEST(Client, CountsADateInRetryAfterFromTheServersOwn) {
  ScriptedServer server([](const Received&) {
    return Reply{.status = 503,
                 .headers = {"Retry-After: Fri, 31 Dec 1999 23:59:59 GMT",
                             "Date: Fri, 31 Dec 1999 23:59:29 GMT"}};
  });
  Client client;
  EXPECT_EQ(get(client, server.url()).retry_after, 30s);
}

TEST(Client, TakesANumberInRetryAfterForSecondsHoweverLong) {
  ScriptedServer server([](const Received&) {
    return Reply{.status = 503,
                 .headers = {"Retry-After: 20000101", "Date: Fri, 31 Dec 1999 23:59:29 GMT"}};
  });
  Client client;
  EXPECT_EQ(get(client, server.url()).retry_after, 20'000'101s);
}

TEST(Client, HasNoRetryAfterWhereItsDateIsPast) {
  for (const char* now : {"Date: Fri, 31 Dec 1999 23:59:59 GMT", "X-None: 0"}) {
    ScriptedServer server([now](const Received&) {
      return Reply{.status = 503, .headers = {"Retry-After: Fri, 31 Dec 1999 23:59:59 GMT", now}};
    });
    Client client;
    EXPECT_FALSE(get(client, server.url()).retry_after);
  }
}

TEST(Client, ReportsNoRetryAfterWhereThereIsNone) {
  ScriptedServer server(echo);
  Client client;
  EXPECT_FALSE(get(client, server.url()).retry_after);
}

TEST(Client, DoesNotFollowARedirectButNamesWhereItLeads) {
  const ScriptedServer elsewhere(echo);
  const ScriptedServer server([&](const Received&) {
    return Reply{.status = 307, .headers = {"Location: " + elsewhere.url("/Patient/secret-id")}};
  });
  Client client;
  const Response response = get(client, server.url());
  ASSERT_TRUE(response.failure);
  EXPECT_EQ(response.failure->kind, core::ErrorKind::kStop);
  EXPECT_THAT(response.failure->message, HasSubstr(parse_url(server.url())->authority));
  EXPECT_THAT(response.failure->message,
              HasSubstr("http://" + parse_url(elsewhere.url())->authority));
  EXPECT_THAT(response.failure->message, testing::Not(HasSubstr("secret-id")));
  EXPECT_EQ(server.received().size(), 1U);
  EXPECT_THAT(elsewhere.received(), testing::IsEmpty());
}

TEST(Client, SaysThatARedirectStaysWhereItIs) {
  const ScriptedServer server(
      [](const Received&) { return Reply{.status = 308, .headers = {"Location: /fhir/"}}; });
  Client client;
  EXPECT_THAT(get(client, server.url()).failure->message, HasSubstr("another path of itself"));
}

// As HAPI on Tomcat does: closed after every third answer, and after each 400.
TEST(Client, LosesNothingToAServerThatCountsItsRequests) {
  ScriptedServer server([](const Received& request) {
    const bool bad = request.body.ends_with("7");
    const bool last = request.place == 2 || bad;
    return Reply{.status = bad ? 400 : 200,
                 .body = request.body,
                 .ending = last ? (bad ? Ending::kDrop : Ending::kAnnounce) : Ending::kKeep};
  });
  Client client({.connections = 3});
  std::vector<std::string> texts;
  for (int i = 0; i < 200; ++i) texts.push_back(std::to_string(i));
  const std::vector<std::string_view> runs(texts.begin(), texts.end());
  std::vector<std::future<Response>> answers;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    answers.push_back(send(client, {.method = Method::kPost,
                                    .url = *parse_url(server.url()),
                                    .body = std::span(runs).subspan(i, 1)}));
  }
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Response response = answers[i].get();
    EXPECT_EQ(response.body, runs[i]) << response.failure.value_or(core::Error{}).message;
  }
}

TEST(Client, RefusesAnAnswerBeyondItsLimit) {
  ScriptedServer server([](const Received&) { return Reply{.body = std::string(5'000, 'x')}; });
  Client client({.response_bytes = 4'096});
  const Response response = get(client, server.url());
  ASSERT_TRUE(response.failure);
  EXPECT_EQ(response.failure->kind, core::ErrorKind::kSplit);
}

TEST(Client, GetsAllOfManyAnswersThatAreLongerTogetherThanTheLimit) {
  constexpr std::size_t kBytes = 900'000;
  ScriptedServer server([](const Received& request) {
    return Reply{.body = request.body + std::string(kBytes, 'x')};
  });
  Client client({.connections = 8, .response_bytes = 1'000'000});
  const std::vector<std::string_view> texts = {"a", "b", "c", "d"};
  std::vector<std::future<Response>> answers;
  for (std::size_t i = 0; i < 40; ++i) {
    answers.push_back(send(client, {.method = Method::kPost,
                                    .url = *parse_url(server.url()),
                                    .body = std::span(texts).subspan(i % 4, 1)}));
  }
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const Response response = answers[i].get();
    ASSERT_FALSE(response.failure) << response.failure->message;
    EXPECT_EQ(response.body.size(), kBytes + 1);
    EXPECT_EQ(response.body[0], texts[i % 4][0]);
  }
}

TEST(Client, RunsTasksInTheOrderTheyAreDue) {
  Client client;
  std::vector<int> order;
  std::promise<void> done;
  client.after(20ms, [&] {
    order.push_back(2);
    done.set_value();
  });
  client.after(0ms, [&] { order.push_back(1); });
  done.get_future().wait();
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

TEST(Client, MayBeCalledFromItsOwnCallbacks) {
  ScriptedServer server(echo);
  Client client;
  std::promise<int> status;
  const Request request{.url = *parse_url(server.url())};
  client.send(request, [&](const Response&) {
    client.after(0ms, [&] {
      client.send(request, [&](const Response& second) { status.set_value(second.status); });
    });
  });
  EXPECT_EQ(status.get_future().get(), 200);
}

TEST(Client, DropsWhatIsUnderWayWhenItGoes) {
  std::promise<void> arrived;
  ScriptedServer server([&arrived](const Received&) {
    arrived.set_value();
    return Reply{.ending = Ending::kHang};
  });
  bool called = false;
  {
    Client client;
    client.send({.url = *parse_url(server.url())}, [&called](const Response&) { called = true; });
    client.after(1h, [&called] { called = true; });
    arrived.get_future().wait();
  }
  EXPECT_FALSE(called);
}

}  // namespace
}  // namespace fhirehose::http
