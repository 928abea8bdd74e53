#include <atomic>

#include <gtest/gtest.h>

#include "support/loading.hpp"
#include "support/scratch_directory.hpp"
#include "support/scripted_server.hpp"

namespace fhirehose {
namespace {

using namespace std::chrono_literals;
using namespace tests;

/// How often a server that is always busy is asked before the patience of half a second is over.
int sends(const Endurance& endurance, const std::vector<std::string>& headers) {
  std::atomic<int> count = 0;
  const ScriptedServer server([&](const Received& request) {
    if (request.method == "GET") {
      return Reply{.body = R"({"resourceType":"CapabilityStatement","fhirVersion":"4.0.1"})"};
    }
    ++count;
    return Reply{.status = 503, .headers = headers};
  });
  const ScratchDirectory scratch;
  write_file(scratch / "x.ndjson", R"({"resourceType":"Patient","id":"a"})");
  LoadOptions options;
  options.input.sources = {scratch / "x.ndjson"};
  options.target = server.url();
  options.state = scratch / "state";
  options.endurance = endurance;
  options.endurance.patience = 500ms;
  EXPECT_EQ(loaded(options).state, State::kStopped);
  return count;
}

TEST(LoadEndurance, WaitsAsLongAsItIsToldBeforeAServerIsAskedAgain) {
  EXPECT_GE(sends({.backoff = 1ms, .longest_backoff = 1ms}, {}), 5);
  EXPECT_LE(sends({.backoff = 1ms, .longest_backoff = 1h}, {}), 12);
  EXPECT_LE(sends({.backoff = 1h, .longest_backoff = 600ms}, {}), 3);
}

TEST(LoadEndurance, AsksAServerAgainSoonerThanItWantedWhereThatIsTooLong) {
  const std::vector<std::string> asked = {"Retry-After: 400"};
  EXPECT_GE(sends({.backoff = 1ms, .longest_retry_after = 1ms}, asked), 5);
  EXPECT_LE(sends({.backoff = 1ms}, asked), 3);
}

}  // namespace
}  // namespace fhirehose
