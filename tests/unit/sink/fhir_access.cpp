#include <atomic>
#include <filesystem>
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "fhir_loader.hpp"
#include "support/scratch_directory.hpp"

namespace fhirehose::sink::fhir {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using tests::Received;
using tests::Reply;
using tests::ScriptedServer;

std::vector<std::vector<std::string>> bundles_of_one(int count) {
  std::vector<std::vector<std::string>> bundles;
  for (int i = 0; i < count; ++i) bundles.push_back({"p" + std::to_string(i)});
  return bundles;
}

class FhirAccess : public testing::Test {
 protected:
  void write_token(int edition) const { std::ofstream(file_) << "token-" << edition << '\n'; }
  static std::string bearer(int edition) {
    return "Authorization: Bearer token-" + std::to_string(edition);
  }

  tests::ScratchDirectory scratch_;
  const std::filesystem::path file_ = scratch_ / "token";
};

TEST_F(FhirAccess, LosesNothingAndSendsNothingTwiceWhenTokensEndInMidRun) {
  int edition = 0;
  std::multiset<std::string> loaded;
  write_token(edition);
  Loader loader(
      [&](const Received& request) {
        if (!request.has_header(bearer(edition))) return Reply{.status = 401};
        for (const std::string& url : urls_in(request)) loaded.insert(url);
        if (loaded.size() % 20 == 0) write_token(++edition);
        return all_loaded(request);
      },
      {.concurrency = 4, .access = {.token_file = file_}});
  const auto deliveries = loader.load(bundles_of_one(100));
  EXPECT_EQ(deliveries.size(), 100U);
  for (const Delivery& delivery : deliveries) {
    EXPECT_FALSE(delivery.stopped);
    EXPECT_THAT(delivery.refusals, IsEmpty());
  }
  EXPECT_EQ(loaded.size(), 100U);
  EXPECT_EQ(std::set<std::string>(loaded.begin(), loaded.end()).size(), 100U);
  EXPECT_EQ(loader.counters().requests, loader.posts().size());
}

TEST_F(FhirAccess, StopsTheRunOnASecondRefusalInARow) {
  int edition = 0;
  write_token(edition);
  Loader loader(
      [&](const Received&) {
        write_token(++edition);
        return Reply{.status = 401};
      },
      {.access = {.token_file = file_}});
  const auto deliveries = loader.load({{"a", "b"}});
  ASSERT_EQ(deliveries.size(), 1U);
  ASSERT_TRUE(deliveries[0].stopped);
  EXPECT_EQ(deliveries[0].stopped->kind, core::ErrorKind::kStop);
  EXPECT_THAT(deliveries[0].stopped->message, HasSubstr("401"));
  EXPECT_THAT(deliveries[0].stopped->message, Not(HasSubstr("token-")));
  EXPECT_THAT(deliveries[0].refusals, IsEmpty());
  EXPECT_EQ(loader.posts().size(), 2U);
}

TEST_F(FhirAccess, SendsCompressedBodiesOnRequest) {
  std::string body;
  Loader loader(
      [&](const Received& request) {
        EXPECT_TRUE(request.has_header("Content-Encoding: gzip"));
        body.resize(100'000);
        z_stream stream{};
        inflateInit2(&stream, 15 + 16);
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(request.body.data()));
        stream.avail_in = static_cast<uInt>(request.body.size());
        stream.next_out = reinterpret_cast<Bytef*>(body.data());
        stream.avail_out = static_cast<uInt>(body.size());
        EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
        body.resize(stream.total_out);
        inflateEnd(&stream);
        Received plain = request;
        plain.body = body;
        return all_loaded(plain);
      },
      {.access = {.gzip = true}});
  std::vector<std::string> ids;
  for (int i = 0; i < 50; ++i) ids.push_back("patient-" + std::to_string(i));
  const auto deliveries = loader.load({ids});
  ASSERT_EQ(deliveries.size(), 1U);
  EXPECT_FALSE(deliveries[0].stopped);
  EXPECT_THAT(body, HasSubstr("Patient/patient-49"));
  EXPECT_EQ(loader.counters().bytes_sent, loader.posts().at(0).body.size());
  EXPECT_LT(loader.counters().bytes_sent, body.size() / 2);
}

TEST_F(FhirAccess, RefusesARedirectAndNamesItsOrigin) {
  const ScriptedServer elsewhere([](const Received&) { return Reply{}; });
  write_token(0);
  Loader loader(
      [&](const Received&) {
        return Reply{.status = 308, .headers = {"Location: " + elsewhere.url("/fhir?x=y")}};
      },
      {.access = {.token_file = file_}});
  const auto deliveries = loader.load({{"a"}});
  ASSERT_TRUE(deliveries.at(0).stopped);
  EXPECT_THAT(deliveries[0].stopped->message,
              HasSubstr("http://" + http::parse_url(elsewhere.url())->authority));
  EXPECT_THAT(elsewhere.received(), IsEmpty());
}

/// What opening a sink leads to; waits next to nothing.
core::Result<Traits> open(const std::string& url, ServerAccess access = {}) {
  FhirSink sink({.url = url,
                 .patience = {.base = 1ms, .longest_retry_after = 0s},
                 .access = std::move(access)});
  return sink.open();
}

TEST(ServerProbe, BearsAServerThatIsNotReadyYet) {
  for (const int status : {429, 500, 503}) {
    const ScriptedServer server([status, left = 3](const Received&) mutable {
      return left-- > 0 ? Reply{.status = status, .headers = {"Retry-After: 1"}}
                        : capabilities(R"({"name":"Late"})");
    });
    const auto traits = open(server.url());
    ASSERT_TRUE(traits) << traits.error().message;
    EXPECT_EQ(traits->name, "Late");
  }
}

TEST(ServerProbe, BearsConnectionsThatEndWithoutAnAnswer) {
  const ScriptedServer server([left = 3](const Received&) mutable {
    Reply reply = capabilities(R"({"name":"Late"})");
    if (left-- > 0) reply.ending = tests::Ending::kSilent;
    return reply;
  });
  EXPECT_TRUE(open(server.url()));
}

TEST(ServerProbe, SaysAfterAWhileThatAServerIsNotReady) {
  const ScriptedServer server([](const Received&) { return Reply{.status = 503}; });
  const auto traits = open(server.url());
  ASSERT_FALSE(traits);
  EXPECT_EQ(traits.error().kind, core::ErrorKind::kUsage);
  EXPECT_EQ(traits.error().message, server.url() + ": the server answered 503 to GET metadata");
  EXPECT_EQ(server.received().size(), 6U);
}

TEST(ServerProbe, DoesNotAskAgainForWhatIsRefused) {
  const ScriptedServer server([](const Received&) { return Reply{.status = 401}; });
  const auto traits = open(server.url());
  ASSERT_FALSE(traits);
  EXPECT_THAT(traits.error().message, HasSubstr("it wants other credentials"));
  EXPECT_EQ(server.received().size(), 1U);
}

TEST(ServerProbe, ReachesNobodyWithHalfOfAnIdentity) {
  const ScriptedServer server([](const Received&) { return Reply{}; });
  const auto traits = open(server.url(), {.user = "jane"});
  ASSERT_FALSE(traits);
  EXPECT_THAT(traits.error().message, HasSubstr("--user needs a password"));
  EXPECT_THAT(server.received(), IsEmpty());
}

}  // namespace
}  // namespace fhirehose::sink::fhir
