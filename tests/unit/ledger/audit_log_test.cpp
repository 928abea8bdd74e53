#include "ledger/audit_log.hpp"

#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "support/scratch_directory.hpp"

namespace fhirehose::ledger {
namespace {

class AuditLogTest : public testing::Test {
 protected:
  AuditLog open() {
    auto log = AuditLog::open(scratch_.path());
    if (!log) throw std::runtime_error(log.error().message);
    return std::move(*log);
  }
  static AuditEvent named(const char* name) {
    AuditEvent event;
    event.name = name;
    return event;
  }
  std::vector<nlohmann::json> events() {
    std::vector<nlohmann::json> all;
    std::ifstream file(scratch_ / "audit.ndjson");
    for (std::string line; std::getline(file, line);) all.push_back(nlohmann::json::parse(line));
    return all;
  }

  tests::ScratchDirectory scratch_;
};

TEST_F(AuditLogTest, SaysWhoDidWhatFromWhereToWhere) {
  AuditEvent event;
  event.time = 1'000;
  event.name = "run finished";
  event.run = 3;
  event.command = "load";
  event.sources = {"a.zip", "caf\xE9.zip"};
  event.replay_of = 2;
  event.target = "sqlite:x.db";
  event.options = "{\n\"threads\": 2}";
  event.counts = Counts{10, 7, 2, 1};
  event.state = "finished";
  ASSERT_TRUE(open().append(event));
  ASSERT_EQ(events().size(), 1U);
  const nlohmann::json line = events().front();
  EXPECT_EQ(line.at("time"), "1970-01-01T00:00:00.001Z");
  EXPECT_EQ(line.at("uid"), ::getuid());
  EXPECT_EQ(line.at("pid"), ::getpid());
  EXPECT_TRUE(line.at("user").is_string());
  EXPECT_FALSE(line.at("host").get<std::string>().empty());
  EXPECT_EQ(line.at("event"), "run finished");
  EXPECT_EQ(line.at("run"), 3);
  EXPECT_EQ(line.at("command"), "load");
  EXPECT_EQ(line.at("sources"), (nlohmann::json{"a.zip", "caf\xEF\xBF\xBD.zip"}));
  EXPECT_EQ(line.at("replay_of_run_id"), 2);
  EXPECT_EQ(line.at("target"), "sqlite:x.db");
  EXPECT_EQ(line.at("options").at("threads"), 2);
  EXPECT_EQ(line.at("counts").at("duplicate"), 2);
  EXPECT_EQ(line.at("state"), "finished");
}

TEST_F(AuditLogTest, StartsALineOfItsOwnBehindOneThatIsTorn) {
  ASSERT_TRUE(open().append(named("one")));
  std::filesystem::resize_file(scratch_ / "audit.ndjson",
                               std::filesystem::file_size(scratch_ / "audit.ndjson") - 10);
  AuditLog log = open();
  ASSERT_TRUE(log.append(named("two")));
  ASSERT_TRUE(log.append(named("three")));
  std::ifstream file(scratch_ / "audit.ndjson");
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(nlohmann::json::parse(lines[1]).at("event"), "two");
  EXPECT_EQ(nlohmann::json::parse(lines[2]).at("event"), "three");
}

TEST_F(AuditLogTest, LeavesOutWhatAnEventDoesNotHave) {
  AuditEvent event;
  event.name = "dead letters shown";
  ASSERT_TRUE(open().append(event));
  const nlohmann::json line = events().front();
  for (const char* name : {"run", "command", "sources", "target", "options", "counts", "state"})
    EXPECT_FALSE(line.contains(name)) << name;
}

TEST_F(AuditLogTest, HoldsNoCredentials) {
  AuditEvent event;
  event.sources = {"https://u:hunter2@host/a.zip?sig=hunter2"};
  event.target = "http://hunter2@host/fhir";
  ASSERT_TRUE(open().append(event));
  const std::string line = events().front().dump();
  EXPECT_EQ(line.find("hunter2"), std::string::npos);
  EXPECT_NE(line.find("https://host/a.zip"), std::string::npos);
}

TEST_F(AuditLogTest, IsOnlyEverAppendedTo) {
  AuditEvent event;
  event.name = "first";
  ASSERT_TRUE(open().append(event));
  event.name = "second";
  ASSERT_TRUE(open().append(event));
  EXPECT_EQ(tests::mode_of(scratch_ / "audit.ndjson"), 0600U);
  ASSERT_EQ(events().size(), 2U);
  EXPECT_EQ(events()[0].at("event"), "first");
  EXPECT_EQ(events()[1].at("event"), "second");
}

TEST_F(AuditLogTest, KeepsLinesOfSeveralWritersApart) {
  std::vector<std::jthread> writers;
  for (int i = 0; i < 4; ++i) {
    writers.emplace_back([this] {
      AuditLog log = open();
      AuditEvent event;
      event.sources.assign(50, "a/rather/long/path/to/an/archive.zip");
      for (int round = 0; round < 50; ++round) ASSERT_TRUE(log.append(event));
    });
  }
  writers.clear();
  EXPECT_EQ(events().size(), 200U);
}

TEST_F(AuditLogTest, TellsThatTheDiskIsFull) {
  std::filesystem::create_symlink("/dev/full", scratch_ / "audit.ndjson");
  const core::Status written = open().append({});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, core::ErrorKind::kStop);
}

TEST_F(AuditLogTest, ThatCanNotBeMadeIsAUsageError) {
  const auto log = AuditLog::open(scratch_ / "missing");
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().kind, core::ErrorKind::kUsage);
}

}  // namespace
}  // namespace fhirehose::ledger
