#include "pipeline/run_start.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fhirehose::pipeline {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Every option another one than the default.
LoadOptions other_options() {
  LoadOptions options;
  options.input = {.sources = {"a.zip", "b\xFF.zip"},
                   .duplicates = Duplicates::kLast,
                   .memory = 1,
                   .max_record = 2,
                   .window = 3,
                   .threads = 4,
                   .limits = {5, 6, 7, 8, 9, 10}};
  options.target = "http://host/fhir";
  options.access = {"user", "pf", "tf", "id", "ck",       "kid", "http://t/",
                    "s",    "c",  "k",  "ca", "http://p", true};
  options.endurance = {11,
                       std::chrono::milliseconds(1'500),
                       std::chrono::milliseconds(60'000),
                       std::chrono::milliseconds(1),
                       std::chrono::milliseconds(2),
                       std::chrono::milliseconds(3)};
  options.profile = "hapi";
  options.identity = {Ids::kAuto, "p-", "rb", {"http://a/", "https://b"}, true};
  options.keep_coverage = true;
  options.tenant = "t\"\xC3\xA9";
  options.tenant_system = "urn:x";
  options.concurrency = 12;
  options.batch = 13;
  return options;
}

TEST(RunStart, RestoresEveryOption) {
  const LoadOptions options = other_options();
  const ledger::RunStart start = run_start(options);
  const LoadOptions restored = options_of(start);
  EXPECT_EQ(run_start(restored).options, start.options);
  EXPECT_EQ(restored.input.sources, options.input.sources);
  EXPECT_EQ(restored.target, options.target);
  EXPECT_EQ(restored.input.duplicates, Duplicates::kLast);
  EXPECT_EQ(restored.input.limits.scratch, 10U);
  EXPECT_EQ(restored.access.certificate_key, "k");
  EXPECT_TRUE(restored.access.gzip);
  EXPECT_EQ(restored.endurance.patience, std::chrono::milliseconds(1'500));
  EXPECT_EQ(restored.tenant, options.tenant);
  EXPECT_EQ(restored.identity.ids, Ids::kAuto);
  EXPECT_EQ(restored.identity.source_bases, options.identity.source_bases);
  EXPECT_TRUE(restored.identity.urns_reach_everywhere);
  EXPECT_EQ(restored.batch, 13U);
  // As many as there are in the two structs: who adds one has to add it here, and there.
  EXPECT_EQ(std::ranges::count(start.options, ','), 40);
}

TEST(RunStart, KeepsOnlyWhatDiffersFromTheDefault) {
  EXPECT_EQ(run_start({}).options, "{}");
  LoadOptions options;
  options.batch = 50;
  EXPECT_EQ(run_start(options).options, R"({"batch":50})");
}

TEST(RunStart, KeepsNoSecret) {
  LoadOptions options;
  options.access.proxy = "http://u:hunter2@proxy:8080";
  options.access.token_url = "https://u:hunter2@host/token";
  const std::string kept = run_start(options).options;
  EXPECT_THAT(kept, Not(HasSubstr("hunter2")));
  EXPECT_THAT(kept, HasSubstr("proxy:8080"));
}

TEST(RunStart, TakesWhatIsGivenAnewOverWhatItWasBegunWith) {
  LoadOptions options = other_options();
  ReachOptions given;
  given.access.token_file = "new";
  given.endurance.attempts = 3;
  replace_given(options, given);
  EXPECT_EQ(options.access.token_file, "new");
  EXPECT_EQ(options.endurance.attempts, 3U);
  EXPECT_EQ(options.access.user, "user");
  EXPECT_EQ(options.batch, 13U);
}

TEST(RunStart, TakesTheDefaultOverWhatItWasBegunWithWhereItIsGiven) {
  LoadOptions options = other_options();
  const auto timeout = options.endurance.timeout;
  ASSERT_TRUE(options.access.gzip);
  ReachOptions given;
  given.given = {"attempts", "gzip", "no-option"};
  replace_given(options, given);
  EXPECT_EQ(options.endurance.attempts, Endurance().attempts);
  EXPECT_FALSE(options.access.gzip);
  EXPECT_EQ(options.endurance.timeout, timeout);
  EXPECT_NE(options.endurance.timeout, Endurance().timeout);
}

}  // namespace
}  // namespace fhirehose::pipeline
