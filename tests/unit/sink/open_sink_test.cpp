#include "sink/open_sink.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/scratch_directory.hpp"

namespace fhirehose::sink {
namespace {

using testing::HasSubstr;

TEST(MakeSink, ChoosesByScheme) {
  const tests::ScratchDirectory scratch;
  EXPECT_EQ((*make_sink("discard:"))->open()->name, "discard");
  EXPECT_EQ((*make_sink("sqlite:" + (scratch / "x.db").string()))->open()->name, "SQLite");
  EXPECT_TRUE(make_sink("http://127.0.0.1:1/fhir"));
  EXPECT_TRUE(make_sink("https://fhir.example/r4"));
}

TEST(MakeSink, PassesConcurrencyAndBatchOn) {
  const tests::ScratchDirectory scratch;
  const std::string sqlite = "sqlite:" + (scratch / "x.db").string();
  SinkOptions options;
  options.concurrency = 3;
  options.batch = 7;
  for (const std::string& target : {sqlite, std::string("discard:")}) {
    EXPECT_EQ((*make_sink(target, options))->tempo().pace, (lane::Pace{3, 7}));
  }
}

TEST(IsSameServer, GoesBySchemeHostAndPort) {
  const char* const here = "https://fhir.example/r4";
  EXPECT_TRUE(is_same_server(here, here));
  EXPECT_TRUE(is_same_server(here, "https://fhir.example/other"));
  for (const char* other : {"http://fhir.example/r4", "https://fhir.example:8443/r4",
                            "https://fhir.example.org/r4", "discard:", "sqlite:x.db", ""}) {
    EXPECT_FALSE(is_same_server(here, other)) << other;
    EXPECT_FALSE(is_same_server(other, here)) << other;
  }
  EXPECT_FALSE(is_same_server("discard:", "discard:"));
}

TEST(MakeSink, NamesTheTargetsThereAreWhenItKnowsNone) {
  for (const char* target :
       {"", "x.db", "sqlite:", "sqlite", "discard", "discard:x", "ftp://host/x", "kafka:a"}) {
    const auto sink = make_sink(target);
    ASSERT_FALSE(sink) << target;
    EXPECT_EQ(sink.error().kind, core::ErrorKind::kUsage);
    for (const char* known : {"http://", "https://", "sqlite:FILE", "discard:"})
      EXPECT_THAT(sink.error().message, HasSubstr(known));
  }
}

TEST(MakeSink, RepeatsNoPassword) {
  const auto sink = make_sink("postgresql://u:hunter2@host/db");
  ASSERT_FALSE(sink);
  EXPECT_THAT(sink.error().message, testing::Not(HasSubstr("hunter2")));
  EXPECT_THAT(sink.error().message, HasSubstr("postgresql://host/db"));
}

TEST(MakeSink, TakesWhatIsForAServerToNoOtherTarget) {
  SinkOptions with_token, zipped, as_hapi;
  with_token.fhir.access.token_file = "token";
  zipped.fhir.access.gzip = true;
  as_hapi.fhir.profile = "hapi";
  for (const SinkOptions& options : {with_token, zipped, as_hapi}) {
    EXPECT_TRUE(make_sink("http://127.0.0.1:1/fhir", options));
    for (const char* target : {"discard:", "sqlite:x.db"}) {
      const auto sink = make_sink(target, options);
      ASSERT_FALSE(sink) << target;
      EXPECT_EQ(sink.error().kind, core::ErrorKind::kUsage);
      EXPECT_THAT(sink.error().message, HasSubstr(std::string("the target is ") + target));
    }
  }
}

TEST(MakeSink, RefusesNoneInFlightAndEmptyBundles) {
  SinkOptions none;
  none.concurrency = 0;
  EXPECT_FALSE(make_sink("discard:", none));
  none = {};
  none.batch = 0;
  EXPECT_FALSE(make_sink("discard:", none));
}

}  // namespace
}  // namespace fhirehose::sink
