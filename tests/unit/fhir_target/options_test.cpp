#include "fhir-target/options.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace fhirehose::target {
namespace {

core::Result<Options> read(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), {"fhir-target", "--port", "0"});
  return read_options(static_cast<int>(arguments.size()), arguments.data());
}

TEST(Options, DefaultsAreLenient) {
  const auto options = read({});
  ASSERT_TRUE(options.has_value());
  EXPECT_EQ(options->rules.mode, Mode::kKeep);
  EXPECT_EQ(options->rules.references, References::kOpen);
  EXPECT_EQ(options->rules.numeric_ids, NumericIds::kAllowed);
  EXPECT_EQ(options->rules.max_entries, 0U);
  EXPECT_EQ(options->server.base, "/fhir");
}

TEST(Options, EachOneIsHeard) {
  const auto options =
      read({"--mode", "count", "--references", "enforced", "--numeric-ids", "refused",
            "--max-entries", "5", "--max-bytes", "2M", "--base", "r4/", "--threads", "3",
            "--max-requests-per-connection", "100", "--port-file", "/tmp/p"});
  ASSERT_TRUE(options.has_value());
  EXPECT_EQ(options->rules.mode, Mode::kCount);
  EXPECT_EQ(options->rules.references, References::kEnforced);
  EXPECT_EQ(options->rules.numeric_ids, NumericIds::kRefused);
  EXPECT_EQ(options->rules.max_entries, 5U);
  EXPECT_EQ(options->server.max_bytes, 2U << 20U);
  EXPECT_EQ(options->server.base, "/r4");
  EXPECT_EQ(options->server.threads, 3U);
  EXPECT_EQ(options->server.max_requests_per_connection, 100U);
  EXPECT_EQ(options->port_file, "/tmp/p");
}

TEST(Options, WrongOnesAreUsageErrors) {
  EXPECT_EQ(read({"--mode", "dream"}).error().kind, core::ErrorKind::kUsage);
  EXPECT_EQ(read({"--max-bytes", "many"}).error().kind, core::ErrorKind::kUsage);
  EXPECT_EQ(read({"--threads", "0"}).error().kind, core::ErrorKind::kUsage);
  const char* const alone[] = {"fhir-target"};
  EXPECT_EQ(read_options(1, alone).error().kind, core::ErrorKind::kUsage);
}

TEST(Options, MisbehaviourIsHeard) {
  const auto options =
      read({"--fault", "503:0.02", "--fault", "reset-before:0.01", "--seed", "7", "--fault-cap",
            "0", "--storm", "10:5", "--capacity", "service=2ms,parallel=4", "--history"});
  ASSERT_TRUE(options.has_value());
  const BehaviourTexts& behaviour = options->server.behaviour;
  EXPECT_EQ(behaviour.faults, (std::vector<std::string>{"503:0.02", "reset-before:0.01"}));
  EXPECT_EQ(behaviour.seed, 7U);
  EXPECT_EQ(behaviour.fault_cap, 0U);
  EXPECT_EQ(behaviour.storm, "10:5");
  EXPECT_EQ(behaviour.capacity, "service=2ms,parallel=4");
  EXPECT_TRUE(behaviour.history);
}

TEST(Options, MisbehaviourThatMakesNoSenseIsAUsageError) {
  EXPECT_EQ(read({"--fault", "dream:1"}).error().kind, core::ErrorKind::kUsage);
  EXPECT_EQ(read({"--fault", "503:0.6", "--fault", "429:0.6"}).error().kind,
            core::ErrorKind::kUsage);
  EXPECT_EQ(read({"--storm", "5"}).error().kind, core::ErrorKind::kUsage);
  EXPECT_EQ(read({"--capacity", "parallel=2"}).error().kind, core::ErrorKind::kUsage);
}

TEST(Options, TokensComeFromAFile) {
  const std::string path = testing::TempDir() + "fhir_target_bearers";
  std::ofstream(path) << "one\n\ntwo\n";
  const auto options = read({"--bearer-file", path.c_str()});
  std::filesystem::remove(path);
  ASSERT_TRUE(options.has_value());
  EXPECT_EQ(options->server.behaviour.bearers, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(read({"--bearer-file", path.c_str()}).error().kind, core::ErrorKind::kUsage);
}

TEST(Options, HelpIsNoError) { EXPECT_EQ(read({"--help"}).error().kind, core::ErrorKind::kStop); }

}  // namespace
}  // namespace fhirehose::target
