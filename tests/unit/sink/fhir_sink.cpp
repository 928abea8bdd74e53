#include "sink/fhir/fhir_sink.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "fhir_loader.hpp"
#include "fhir_records.hpp"
#include "support/scripted_server.hpp"

namespace fhirehose::sink::fhir {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::Ending;
using tests::Received;
using tests::Reply;
using tests::ScriptedServer;

TEST(FhirSink, KnowsTheServerAfterOpen) {
  const Loader loader(all_loaded, {.concurrency = 7, .batch = 30});
  ASSERT_TRUE(loader.traits());
  EXPECT_EQ(loader.traits()->name, "Scripted");
  EXPECT_EQ(loader.tempo().pace, (lane::Pace{7, 30}));
  EXPECT_EQ(loader.tempo().why, Tempo::Why::kFixed);
  EXPECT_TRUE(loader.traits()->checks_references);
  EXPECT_TRUE(loader.traits()->needs_patients_apart);
  EXPECT_THAT(loader.posts(), IsEmpty());
}

TEST(FhirSink, PostsATransactionToTheBase) {
  Loader loader(all_loaded, {.headers = {"Authorization: Bearer sesame"}});
  const auto deliveries = loader.load({{"a", "b"}});
  ASSERT_EQ(deliveries.size(), 1U);
  EXPECT_THAT(deliveries[0].refusals, IsEmpty());
  EXPECT_FALSE(deliveries[0].stopped);
  const Received post = loader.posts().at(0);
  EXPECT_EQ(post.target, "/fhir");
  EXPECT_TRUE(post.has_header("Content-Type: application/fhir+json"));
  EXPECT_TRUE(post.has_header("Accept: application/fhir+json"));
  EXPECT_TRUE(post.has_header("Prefer: return=minimal"));
  EXPECT_TRUE(post.has_header("Authorization: Bearer sesame"));
  EXPECT_EQ(urls_in(post), (std::vector<std::string>{"Patient/a", "Patient/b"}));
}

TEST(FhirSink, CountsRequestsRetriesAndBytes) {
  Loader loader([first = true](const Received& request) mutable {
    return std::exchange(first, false) ? Reply{.status = 503} : all_loaded(request);
  });
  loader.load({{"a"}});
  EXPECT_EQ(loader.counters().requests, 2U);
  EXPECT_EQ(loader.counters().retries, 1U);
  EXPECT_EQ(loader.counters().bytes_sent, 2 * loader.posts().at(0).body.size());
}

TEST(FhirSink, DeliversEachBundleOnceWhateverHappensToConnections) {
  std::map<std::string, int> seen;
  Loader loader([&seen](const Received& request) {
    constexpr Ending kEndings[] = {Ending::kSilent, Ending::kCut, Ending::kDrop};
    const auto times = static_cast<std::size_t>(seen[urls_in(request).at(0)]++);
    Reply reply = all_loaded(request);
    reply.ending = kEndings[std::min<std::size_t>(times, 2)];
    return reply;
  });
  std::vector<std::vector<std::string>> bundles;
  for (int i = 0; i < 30; ++i) bundles.push_back({"p" + std::to_string(i), "x"});
  const auto deliveries = loader.load(bundles);
  EXPECT_EQ(deliveries.size(), 30U);
  for (const Delivery& delivery : deliveries) {
    EXPECT_THAT(delivery.refusals, IsEmpty());
    EXPECT_FALSE(delivery.stopped);
  }
}

TEST(FhirSink, RejectsOnlyTheGuiltyOfARefusedTransaction) {
  Loader loader([](const Received& request) {
    const auto urls = urls_in(request);
    const bool batch = nlohmann::json::parse(request.body).at("type") == "batch";
    if (!batch) return Reply{.status = 400, .body = outcome("HAPI-0960")};
    std::vector<EntryStatus> entries(urls.size());
    for (std::size_t i = 0; i < urls.size(); ++i) {
      if (urls[i] == "Patient/17") entries[i] = {400, "HAPI-0960"};
    }
    return Reply{.body = response_bundle(entries), .ending = Ending::kKeep};
  });
  const auto deliveries = loader.load({{"a", "17", "c"}});
  ASSERT_EQ(deliveries.size(), 1U);
  ASSERT_EQ(deliveries[0].refusals.size(), 1U);
  EXPECT_EQ(deliveries[0].refusals[0].entry, 1U);
}

TEST(FhirSink, FindsOneUnreadableRecordAmongAHundred) {
  Loader loader([](const Received& request) {
    const auto urls = urls_in(request);
    const bool bad = std::ranges::find(urls, "Patient/p63") != urls.end();
    return bad ? Reply{.status = 400, .body = outcome("HAPI-0450")} : all_loaded(request);
  });
  std::vector<std::string> ids;
  for (int i = 0; i < 100; ++i) ids.push_back("p" + std::to_string(i));
  const auto deliveries = loader.load({ids});
  ASSERT_EQ(deliveries.size(), 1U);
  ASSERT_EQ(deliveries[0].refusals.size(), 1U);
  EXPECT_EQ(deliveries[0].refusals[0].entry, 63U);
  EXPECT_LE(loader.posts().size(), 16U);
}

TEST(FhirSink, RejectsTheOneAtWhichTheServerBreaksThoughItComesLast) {
  Loader loader([](const Received& request) {
    const auto urls = urls_in(request);
    const bool bad = std::ranges::find(urls, "Patient/poison") != urls.end();
    return bad ? Reply{.status = 500} : all_loaded(request);
  });
  EXPECT_THAT(loader.load({{"a", "b"}}).at(0).refusals, IsEmpty());
  const auto deliveries = loader.load({{"poison"}});
  ASSERT_EQ(deliveries.size(), 1U);
  EXPECT_FALSE(deliveries[0].stopped);
  EXPECT_EQ(deliveries[0].refusals.size(), 1U);
  const auto posts = loader.posts();
  const auto witnesses = std::ranges::count_if(posts, [](const Received& post) {
    return urls_in(post) == std::vector<std::string>{"Patient/a"};
  });
  EXPECT_GE(witnesses, 2);
}

TEST(FhirSink, StopsAfterNothingButTroubleForItsPatience) {
  Loader loader([](const Received&) { return Reply{.status = 503}; }, {.patience = {.total = 1s}});
  const auto deliveries = loader.load({{"a"}, {"b"}, {"c"}});
  ASSERT_EQ(deliveries.size(), 3U);
  for (const Delivery& delivery : deliveries) {
    ASSERT_TRUE(delivery.stopped);
    EXPECT_THAT(delivery.stopped->message, HasSubstr("503; nothing has got through for 1s"));
    EXPECT_THAT(delivery.refusals, IsEmpty());
  }
}

TEST(FhirSink, StopsAllThatFollowsOnceOneDeliveryStops) {
  Loader loader([](const Received&) { return Reply{.status = 403}; });
  const auto first = loader.load({{"a"}});
  const auto second = loader.load({{"b"}});
  ASSERT_EQ(second.size(), 1U);
  ASSERT_TRUE(second[0].stopped);
  EXPECT_EQ(second[0].stopped->kind, core::ErrorKind::kStop);
  EXPECT_EQ(second[0].bundle.entries.size(), 1U);
  EXPECT_EQ(loader.posts().size(), 1U);
}

core::Error open_error(const std::string& url) {
  FhirSink sink({.url = url, .patience = {.base = 1ms}});
  const auto traits = sink.open();
  return traits ? core::Error{} : traits.error();
}

TEST(FhirSink, NamesAServerThatIsNotThere) {
  std::string url;
  {
    const ScriptedServer gone(all_loaded);
    url = gone.url();
  }
  const core::Error error = open_error(url);
  EXPECT_EQ(error.kind, core::ErrorKind::kUsage);
  EXPECT_THAT(error.message, HasSubstr(url));
  EXPECT_THAT(error.message, HasSubstr("can't be reached"));
}

Reply never_answered(const Received&) { return Reply{.ending = Ending::kHang}; }

TEST(FhirSink, AsksASilentServerNoLongerThanItsPatience) {
  const ScriptedServer server(never_answered);
  FhirSink sink({.url = server.url(), .patience = {.total = 50ms}});
  const auto traits = sink.open();
  ASSERT_FALSE(traits);
  EXPECT_THAT(traits.error().message, HasSubstr("did not answer within 50ms"));
}

TEST(FhirSink, WaitsForNoBusyServerBeyondItsPatience) {
  const ScriptedServer server(
      [](const Received&) { return Reply{.status = 503, .headers = {"Retry-After: 10"}}; });
  FhirSink sink({.url = server.url(), .patience = {.total = 5s}});
  const auto traits = sink.open();
  ASSERT_FALSE(traits);
  EXPECT_THAT(traits.error().message, HasSubstr("answered 503"));
  EXPECT_EQ(server.received().size(), 1U);
}

TEST(FhirSink, AsksNoMoreOnceItIsToStop) {
  std::stop_source stop;
  const ScriptedServer server([&stop](const Received& request) {
    stop.request_stop();
    return never_answered(request);
  });
  FhirSink sink({.url = server.url(), .stop = stop.get_token()});
  const auto traits = sink.open();
  ASSERT_FALSE(traits);
  EXPECT_THAT(traits.error().message, HasSubstr("asked to stop"));
  EXPECT_EQ(server.received().size(), 1U);
}

TEST(FhirSink, RefusesAServerThatSpeaksNoFhir) {
  const ScriptedServer server([](const Received&) { return Reply{.body = "<html>"}; });
  EXPECT_THAT(open_error(server.url()).message, HasSubstr("no FHIR server"));
}

TEST(FhirSink, RefusesAnotherFhirVersion) {
  const ScriptedServer server([](const Received&) {
    return Reply{.body = R"({"resourceType":"CapabilityStatement","fhirVersion":"5.0.0"})"};
  });
  EXPECT_THAT(open_error(server.url()).message, HasSubstr("speaks FHIR 5.0.0"));
}

TEST(FhirSink, RefusesAnAddressWithAQuery) {
  EXPECT_EQ(open_error("http://127.0.0.1:1/fhir?tenant=1").kind, core::ErrorKind::kUsage);
}

TEST(FhirSink, AsksForTheWholeMetadataWhereAShortOneIsRefused) {
  const ScriptedServer server([](const Received& request) {
    const bool whole = request.target == "/fhir/metadata";
    return whole ? capabilities(R"({"name":"Strict","version":"2"})") : Reply{.status = 400};
  });
  FhirSink sink({.url = server.url()});
  const auto traits = sink.open();
  ASSERT_TRUE(traits);
  EXPECT_EQ(traits->name, "Strict 2");
}

TEST(FhirSink, TellsThatAProfileTakesLessThanABatchAsksFor) {
  const ScriptedServer server([](const Received&) { return capabilities(R"({"name":"any"})"); });
  const auto warnings = [&](std::uint32_t batch) {
    FhirSink sink({.url = server.url(), .batch = batch, .profile = "firely"});
    return sink.open()->warnings;
  };
  EXPECT_THAT(warnings(150), IsEmpty());
  EXPECT_THAT(warnings(151),
              ElementsAre(AllOf(HasSubstr("firely"), HasSubstr("150"), HasSubstr("--batch 151"))));
}

TEST(FhirSink, AsksOnlyHapiForAnswersThatAreNotPretty) {
  const ScriptedServer server([](const Received& request) {
    if (request.method == "POST") return all_loaded(request);
    return capabilities(R"({"name":"HAPI FHIR Server","version":"8.8.0"})");
  });
  FhirSink sink({.url = server.url("/fhir/")});
  sink.on_delivery([](const Delivery&) {});
  ASSERT_TRUE(sink.open());
  sink.submit(PatientBundle({"a"}).bundle());
  EXPECT_TRUE(sink.close());
  EXPECT_EQ(server.received().back().target, "/fhir?_pretty=false");
}

}  // namespace
}  // namespace fhirehose::sink::fhir
