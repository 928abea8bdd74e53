#include "fhir-target/http_server.hpp"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "bundles.hpp"
#include "wire.hpp"

namespace fhirehose::target {
namespace {

using testing::HasSubstr;

constexpr const char* kFhirJson = "application/fhir+json";

/// A server on a free port, and a client of it.
class HttpServerTest : public testing::Test {
 protected:
  void serve(ServerOptions options = {}) {
    server_ = std::make_unique<HttpServer>(endpoint_, options);
    port_ = server_->start().value();
    client_ = client();
  }
  std::unique_ptr<httplib::Client> client() const {
    auto client = std::make_unique<httplib::Client>("127.0.0.1", port_);
    client->set_keep_alive(true);
    client->set_tcp_nodelay(true);
    return client;
  }
  int post(const std::string& body) { return client_->Post("/fhir", body, kFhirJson)->status; }

  Endpoint endpoint_{Rules{}};
  std::unique_ptr<HttpServer> server_;
  int port_ = 0;
  std::unique_ptr<httplib::Client> client_;
};

TEST_F(HttpServerTest, WritesAndReadsBack) {
  serve();
  const std::string patient = R"({"resourceType":"Patient","id":"p"})";
  const auto written = client_->Put("/fhir/Patient/p", patient, kFhirJson);
  ASSERT_TRUE(written);
  EXPECT_EQ(written->status, 201);
  EXPECT_EQ(written->get_header_value("Location"), "/fhir/Patient/p/_history/1");
  EXPECT_EQ(written->get_header_value("ETag"), "W/\"1\"");
  const auto got = client_->Get("/fhir/Patient/p");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->body, patient);
  EXPECT_EQ(got->get_header_value("Content-Type"), kFhirJson);
}

TEST_F(HttpServerTest, PreferMinimalLeavesTheBodyOut) {
  serve();
  const std::string patient = R"({"resourceType":"Patient"})";
  EXPECT_FALSE(client_->Post("/fhir/Patient", patient, kFhirJson)->body.empty());
  const httplib::Headers minimal = {{"Prefer", "return=minimal"}};
  EXPECT_TRUE(client_->Post("/fhir/Patient", minimal, patient, kFhirJson)->body.empty());
}

TEST_F(HttpServerTest, ConditionsInTheHeaderAreHeard) {
  serve();
  const std::string patient = R"({"resourceType":"Patient","identifier":[{"value":"7"}]})";
  const httplib::Headers condition = {{"If-None-Exist", "identifier=7"}};
  EXPECT_EQ(client_->Post("/fhir/Patient", condition, patient, kFhirJson)->status, 201);
  EXPECT_EQ(client_->Post("/fhir/Patient", condition, patient, kFhirJson)->status, 200);
}

TEST_F(HttpServerTest, KeepsAConnectionForManyRequests) {
  serve();
  for (int i = 0; i < 300; ++i)
    ASSERT_EQ(post(transaction({put("Patient", "p" + std::to_string(i))})), 200);
  EXPECT_EQ(nlohmann::json::parse(endpoint_.digest())["total"], 300);
}

TEST_F(HttpServerTest, ClosesAfterTheRequestsItIsToldTo) {
  serve({.max_requests_per_connection = 2});
  const auto closes = [&] {
    return client_->Get("/fhir/metadata")->get_header_value("Connection") == "close";
  };
  EXPECT_FALSE(closes());
  EXPECT_TRUE(closes());
  EXPECT_FALSE(closes());
}

TEST_F(HttpServerTest, TakesAGzipBody) {
  serve();
  client_->set_compress(true);
  EXPECT_EQ(post(transaction({put("Patient", "p")})), 200);
  EXPECT_EQ(nlohmann::json::parse(endpoint_.digest())["total"], 1);
}

TEST_F(HttpServerTest, ALargeBodyArrivesWhole) {
  serve();
  const std::string text(3'000'000, 'x');
  EXPECT_EQ(post(transaction({put("Basic", "b", fmt::format(R"(,"a":"{}")", text))})), 200);
  EXPECT_THAT(client_->Get("/fhir/Basic/b")->body, HasSubstr(text));
}

TEST_F(HttpServerTest, ABodyBeyondTheLimitIs413AndTheConnectionGoesOn) {
  serve({.max_bytes = 1000});
  EXPECT_EQ(post(std::string(600'000, ' ')), 413);
  EXPECT_EQ(post(transaction({put("Patient", "p")})), 200);
  client_->set_compress(true);
  EXPECT_EQ(post(std::string(600'000, ' ')), 413);
}

TEST_F(HttpServerTest, DigestAndResetStandBesideTheBase) {
  serve();
  post(transaction({put("Patient", "p")}));
  EXPECT_EQ(nlohmann::json::parse(client_->Get("/_digest")->body)["total"], 1);
  EXPECT_EQ(client_->Post("/_reset")->status, 200);
  EXPECT_EQ(nlohmann::json::parse(client_->Get("/_digest")->body)["total"], 0);
}

TEST_F(HttpServerTest, APostWithoutALengthHasNoBody) {
  serve();
  Wire wire(port_);
  wire.send("POST /_reset HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(wire.answer(), HasSubstr("HTTP/1.1 200"));
}

TEST_F(HttpServerTest, OtherPathsAreUnknown) {
  serve({.base = "/r4"});
  EXPECT_EQ(client_->Get("/fhir/metadata")->status, 404);
  EXPECT_EQ(client_->Get("/r4x/metadata")->status, 404);
  EXPECT_EQ(client_->Get("/r4/metadata")->status, 200);
}

TEST_F(HttpServerTest, ConnectionsBeyondTheThreadsWaitTheirTurn) {
  serve({.threads = 1});
  client_->set_keep_alive(false);
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i)
    clients.emplace_back([this, i] {
      auto own = client();
      own->set_keep_alive(false);
      own->Post("/fhir", transaction({put("Patient", "p" + std::to_string(i))}), kFhirJson);
    });
  for (std::thread& each : clients) each.join();
  EXPECT_EQ(nlohmann::json::parse(endpoint_.digest())["total"], 4);
}

TEST_F(HttpServerTest, ParallelLoadsEndInTheStateOfASerialOne) {
  serve();
  const auto load = [](httplib::Client& client, int first, int step) {
    for (int i = first; i < 120; i += step)
      client.Post("/fhir",
                  transaction({put("Patient", "p" + std::to_string(i)),
                               put("Basic", "b" + std::to_string(i), R"(,"x":[1.0,2.50])")}),
                  kFhirJson);
  };
  load(*client_, 0, 1);
  const std::string serial = nlohmann::json::parse(endpoint_.digest())["hash"];
  endpoint_.reset();
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) clients.emplace_back([&, i] { load(*client(), i, 4); });
  for (std::thread& each : clients) each.join();
  EXPECT_EQ(nlohmann::json::parse(endpoint_.digest())["hash"], serial);
}

TEST_F(HttpServerTest, EndsWithConnectionsOpen) {
  serve();
  EXPECT_EQ(client_->Get("/fhir/metadata")->status, 200);
  server_->shut_down();
  EXPECT_FALSE(client_->Get("/fhir/metadata"));
}

TEST_F(HttpServerTest, TheVersionOfAContentIsRead) {
  serve();
  for (const char* version : {"2", "1"})
    post(transaction(
        {put("Patient", "p", fmt::format(R"(,"meta":{{"versionId":"{}"}})", version))}));
  EXPECT_EQ(nlohmann::json::parse(endpoint_.digest())["older_over_newer"], 1);
}

TEST_F(HttpServerTest, ATakenPortIsAUsageError) {
  serve();
  HttpServer late(endpoint_, {.port = port_});
  const auto started = late.start();
  ASSERT_FALSE(started.has_value());
  EXPECT_EQ(started.error().kind, core::ErrorKind::kUsage);
}

}  // namespace
}  // namespace fhirehose::target
