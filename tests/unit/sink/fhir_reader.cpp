#include "sink/fhir/fhir_reader.hpp"

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fhir_loader.hpp"

namespace fhirehose::sink::fhir {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Answers a batch of GETs: Patients whose id starts with `x` are not there.
tests::Reply read_back(const tests::Received& request) {
  std::string text = R"({"resourceType":"Bundle","entry":[)";
  for (const std::string& url : urls_in(request)) {
    if (text.back() != '[') text += ',';
    const std::string id = url.substr(url.find('/') + 1);
    text += id.front() == 'x' ? R"({"response":{"status":"404"}})"
                              : R"({"response":{"status":"200"},"resource":{"id":")" + id + "\"}}";
  }
  return {.body = text + "]}"};
}

/// A reader that is open, before a server that answers metadata by itself, all else by `script`.
class Reader {
 public:
  explicit Reader(tests::ScriptedServer::Script script, FhirOptions options = {})
      : server_([script = std::move(script)](const tests::Received& request) {
          const bool metadata = request.target.find("/metadata") != std::string::npos;
          return metadata ? capabilities(R"({"name":"Scripted"})") : script(request);
        }),
        reader_(with_url(std::move(options), server_.url())) {
    reader_.on_reading([this](Reading& reading) { take(reading); });
    EXPECT_TRUE(reader_.open());
  }

  /// id -> what is there, for all of these bundles; waits for them.
  std::map<std::string, std::string> read(const std::vector<std::vector<std::string>>& bundles) {
    for (const auto& ids : bundles) reader_.read(PatientBundle(ids).bundle());
    std::unique_lock lock(mutex_);
    came_.wait(lock, [&] { return readings_ == bundles.size(); });
    return texts_;
  }

  FhirReader& operator*() { return reader_; }
  [[nodiscard]] const tests::ScriptedServer& server() const { return server_; }
  [[nodiscard]] const std::vector<core::Error>& stops() const { return stops_; }

 private:
  static FhirOptions with_url(FhirOptions options, std::string url) {
    options.url = std::move(url);
    options.patience.base = std::chrono::milliseconds(1);
    return options;
  }
  void take(Reading& reading) {
    const std::lock_guard lock(mutex_);
    for (std::size_t place = 0; place < reading.stored.size(); ++place) {
      const Stored& stored = reading.stored[place];
      const std::string id(reading.bundle.entries[place].record().id);
      texts_[id] = stored.kind == Stored::Kind::kText ? stored.text : "none";
    }
    if (reading.stopped) stops_.push_back(*reading.stopped);
    ++readings_;
    came_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable came_;
  std::size_t readings_ = 0;
  std::map<std::string, std::string> texts_;
  std::vector<core::Error> stops_;
  tests::ScriptedServer server_;
  FhirReader reader_;
};

TEST(FhirReader, AsksForABundleInOneBatch) {
  Reader reader(read_back);
  const auto texts = reader.read({{"a", "x1"}, {"b"}});
  EXPECT_EQ(texts, (std::map<std::string, std::string>{
                       {"a", R"({"id":"a"})"}, {"b", R"({"id":"b"})"}, {"x1", "none"}}));
  EXPECT_EQ((*reader).counters().requests, 2U);
  for (const tests::Received& request : reader.server().received()) {
    if (request.method != "POST") continue;
    EXPECT_THAT(request.body, HasSubstr(R"("type":"batch")"));
    EXPECT_THAT(request.body, HasSubstr(R"("method":"GET")"));
  }
}

TEST(FhirReader, AsksForOneResourceAtATimeOnceTheServerHasTakenNoBatch) {
  Reader reader([](const tests::Received& request) -> tests::Reply {
    if (request.method == "POST") return {.status = 405};
    if (request.target.ends_with("/x1")) return {.status = 404};
    return {.body = "{}"};
  });
  EXPECT_EQ(reader.read({{"a", "x1", "b"}}),
            (std::map<std::string, std::string>{{"a", "{}"}, {"b", "{}"}, {"x1", "none"}}));
  EXPECT_EQ((*reader).counters().requests, 4U);
}

TEST(FhirReader, StopsAllReadingsWithTheFirst) {
  Reader reader([](const tests::Received&) { return tests::Reply{.status = 403}; });
  reader.read({{"a"}, {"b"}});
  ASSERT_EQ(reader.stops().size(), 2U);
  EXPECT_THAT(reader.stops()[0].message, HasSubstr("credentials"));
}

TEST(FhirReader, CountsAType) {
  Reader reader([](const tests::Received& request) -> tests::Reply {
    if (request.target != "/fhir/Patient?_summary=count") return {.status = 400};
    EXPECT_TRUE(request.has_header("Cache-Control: no-cache"));
    return {.body = R"({"resourceType":"Bundle","total":12})"};
  });
  EXPECT_EQ((*reader).count(core::kPatient), 12U);
  EXPECT_EQ((*reader).count(core::resource_type("Basic")), std::nullopt);
}

}  // namespace
}  // namespace fhirehose::sink::fhir
