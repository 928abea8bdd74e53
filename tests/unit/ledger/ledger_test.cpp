#include "ledger/ledger.hpp"

#include <fstream>
#include <limits>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sqlite/database.hpp"
#include "support/scratch_directory.hpp"

namespace fhirehose::ledger {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Access = Ledger::Access;

class LedgerTest : public testing::Test {
 protected:
  std::unique_ptr<Ledger> open(Access access = Access::kWrite) {
    auto ledger = Ledger::open(state_, access);
    if (!ledger) throw std::runtime_error(ledger.error().message);
    return std::move(*ledger);
  }
  core::Error refused(Access access = Access::kWrite) {
    auto ledger = Ledger::open(state_, access);
    return ledger ? core::Error{core::ErrorKind::kRetry, "was opened"} : ledger.error();
  }
  void write_database(const std::string& sql) {
    auto database = sqlite::Database::open(state_ / "ledger.db", sqlite::Mode::kCreate,
                                           std::chrono::milliseconds(0));
    ASSERT_TRUE(database && database->execute(sql));
  }

  tests::ScratchDirectory scratch_;
  std::filesystem::path state_ = scratch_ / "deep/state";
};

RunStart load_of(std::string source) {
  RunStart start;
  start.command = "load";
  start.sources = {std::move(source)};
  start.target = "discard:";
  start.options = R"({"threads":2})";
  return start;
}

constexpr auto kKept = Ledger::Survives::kPowerCut;

DeadLetter letter(std::string member, std::uint64_t line, std::uint64_t begin) {
  DeadLetter dead;
  dead.member = std::move(member);
  dead.line = line;
  dead.begin = begin;
  dead.end = begin + 10;
  dead.stage = "validate";
  dead.reason = "the value ends early at byte 7";
  return dead;
}

core::Status add(Ledger& ledger, RunId run, std::vector<DeadLetter> letters) {
  Settlement settlement;
  settlement.letters = std::move(letters);
  return ledger.settle(run, settlement, kKept);
}

std::vector<std::string> places(const Ledger& ledger, RunId run) {
  std::vector<std::string> found;
  EXPECT_TRUE(ledger.dead_letters(run, [&](const DeadLetter& dead) {
    found.push_back(dead.member + ":" + std::to_string(dead.line) + ":" +
                    std::to_string(dead.begin));
  }));
  return found;
}

TEST_F(LedgerTest, KeepsAllForItsOwnerOnly) {
  ::umask(0);
  const auto ledger = open();
  ASSERT_TRUE(ledger->begin_run(load_of("a.zip")));
  EXPECT_EQ(tests::mode_of(state_), 0700U);
  for (const auto& file : std::filesystem::directory_iterator(state_))
    EXPECT_EQ(tests::mode_of(file), 0600U) << file.path();
  ::umask(022);
}

TEST_F(LedgerTest, KeepsItsDirectoryForItsOwnerWhateverItsSpelling) {
  state_ = scratch_ / "a/./b//state/";
  open();
  EXPECT_EQ(tests::mode_of(scratch_ / "a/b/state"), 0700U);
}

TEST_F(LedgerTest, LeavesNoWalBehind) {
  ASSERT_TRUE(open()->begin_run(load_of("a.zip")));
  ASSERT_TRUE(open(Access::kReadOnly)->runs());
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(state_))
    names.push_back(file.path().filename());
  EXPECT_THAT(names, testing::UnorderedElementsAre("ledger.db", "ledger.lock", "audit.ndjson"));
}

TEST_F(LedgerTest, RemembersARunFromStartToEnd) {
  RunStart start = load_of("a.zip");
  start.sources.emplace_back("b\xFF.zip");
  const core::Microseconds before = core::now();
  const RunId first = *open()->begin_run(load_of("a.zip"));
  start.replay_of = first;
  {
    const auto ledger = open();
    const RunId second = *ledger->begin_run(start);
    ASSERT_TRUE(ledger->end_run(second, "finished", {10, 7, 2, 1}, R"({"run":2})"));
  }
  const auto runs = open(Access::kReadOnly)->runs();
  ASSERT_TRUE(runs);
  ASSERT_EQ(runs->size(), 2U);
  const ledger::Run& run = runs->front();
  EXPECT_GT(run.id, first);
  EXPECT_EQ(run.start.command, "load");
  EXPECT_THAT(run.start.sources, ElementsAre("a.zip", "b\xFF.zip"));
  EXPECT_EQ(run.start.target, "discard:");
  EXPECT_EQ(run.start.options, R"({"threads":2})");
  EXPECT_EQ(run.start.replay_of, first);
  EXPECT_EQ(run.state, "finished");
  EXPECT_GE(run.started, before);
  EXPECT_GE(run.ended.value(), run.started);
  EXPECT_EQ(run.counts.read, 10U);
  EXPECT_EQ(run.counts.loaded, 7U);
  EXPECT_EQ(run.counts.duplicate, 2U);
  EXPECT_EQ(run.counts.rejected, 1U);
  EXPECT_EQ(run.report, R"({"run":2})");
}

TEST_F(LedgerTest, KnowsNoRunThatWasNotBegun) {
  const auto ledger = open();
  EXPECT_EQ(ledger->run(7)->has_value(), false);
  const core::Status ended = ledger->end_run(7, "finished", {}, "");
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().kind, core::ErrorKind::kUsage);
}

TEST_F(LedgerTest, CallsARunStoppedWhoseProcessIsGone) {
  const RunId run = *open()->begin_run(load_of("a.zip"));
  EXPECT_EQ(open(Access::kReadOnly)->run(run)->value().state, "running");
  EXPECT_EQ(open()->run(run)->value().state, "stopped");
}

TEST_F(LedgerTest, KeepsNoCredentials) {
  RunStart start = load_of("https://u:hunter2@host/a.zip?sig=hunter2");
  start.target = "https://u:hunter2@fhir.example/r4";
  const RunId run = *open()->begin_run(start);
  EXPECT_EQ(open(Access::kReadOnly)->run(run)->value().start.target, "https://fhir.example/r4");
  for (const char* name : {"ledger.db", "audit.ndjson"}) {
    std::ifstream file(state_ / name, std::ios::binary);
    const std::string all{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(all.find("hunter2"), std::string::npos) << name;
    EXPECT_NE(all.find("fhir.example"), std::string::npos) << name;
  }
}

TEST_F(LedgerTest, KeepsMembersInTheirOrderAndTheirRun) {
  const auto ledger = open();
  const RunId run = *ledger->begin_run(load_of("a.zip"));
  const RunId other = *ledger->begin_run(load_of("b.zip"));
  const std::uint64_t fingerprint = std::numeric_limits<std::uint64_t>::max() - 1;
  const std::vector<SourceMember> first = {{"z", 10, 5, fingerprint, 3, ""}, {"a", 0, 0, 0, 0, ""}};
  const std::vector<SourceMember> then = {{"m", 1, 1, 1, 0, "its CRC is wrong"}};
  ASSERT_TRUE(ledger->add_members(run, first));
  ASSERT_TRUE(ledger->add_members(other, then));
  ASSERT_TRUE(ledger->add_members(run, then));
  const auto members = ledger->members(run);
  ASSERT_TRUE(members);
  ASSERT_EQ(members->size(), 3U);
  EXPECT_EQ((*members)[0].name, "z");
  EXPECT_EQ((*members)[0].bytes, 10U);
  EXPECT_EQ((*members)[0].stored_bytes, 5U);
  EXPECT_EQ((*members)[0].fingerprint, fingerprint);
  EXPECT_EQ((*members)[0].records, 3U);
  EXPECT_EQ((*members)[1].name, "a");
  EXPECT_EQ((*members)[2].problem, "its CRC is wrong");
  EXPECT_EQ(ledger->members(other)->size(), 1U);
}

TEST_F(LedgerTest, GivesADeadLetterBackWhole) {
  const auto ledger = open();
  const RunId run = *ledger->begin_run(load_of("a.zip"));
  DeadLetter dead = letter("a.ndjson", 3, 1ULL << 40U);
  dead.stage = "load";
  dead.type = "Patient";
  dead.resource_id = "p1";
  dead.outcome = R"({"resourceType":"OperationOutcome"})";
  dead.attempts = 5;
  dead.bytes = std::string("{\"x\":\0\xFF\n", 8);
  ASSERT_TRUE(add(*ledger, run, {dead}));
  int seen = 0;
  ASSERT_TRUE(ledger->dead_letters(run, [&](const DeadLetter& found) {
    ++seen;
    EXPECT_GT(found.id, 0);
    EXPECT_EQ(found.member, dead.member);
    EXPECT_EQ(found.line, dead.line);
    EXPECT_EQ(found.begin, dead.begin);
    EXPECT_EQ(found.end, dead.end);
    EXPECT_EQ(found.stage, dead.stage);
    EXPECT_EQ(found.type, dead.type);
    EXPECT_EQ(found.resource_id, dead.resource_id);
    EXPECT_EQ(found.reason, dead.reason);
    EXPECT_EQ(found.outcome, dead.outcome);
    EXPECT_EQ(found.attempts, dead.attempts);
    EXPECT_EQ(found.bytes, dead.bytes);
  }));
  EXPECT_EQ(seen, 1);
}

TEST_F(LedgerTest, KeepsWhatIsSettledApartByRun) {
  const auto ledger = open();
  const RunId run = *ledger->begin_run(load_of("a.zip"));
  const RunId other = *ledger->begin_run(load_of("b.zip"));
  Settlement first;
  first.ranges = {{1, 0, 3, 5}, {0, 7, 0, 0}};
  first.parts = {{{1, 0, 6}, std::string("\0\x81", 2)}, {{1, 0, 8}, ""}};
  first.outcomes = {{"Patient", 10, 2, 1}, {"", 0, 0, 4}};
  ASSERT_TRUE(ledger->settle(run, first, kKept));
  Settlement second;
  second.ranges = {{1, 0, 6, 6}};
  second.parts = {{{1, 0, 8}, "\x03"}};
  second.outcomes = {{"Patient", 5, 0, 0}};
  ASSERT_TRUE(ledger->settle(run, second, kKept));
  const Settled settled = *open(Access::kReadOnly)->settled(run);
  const std::vector<SettledRange> ranges = {{0, 7, 0, 0}, {1, 0, 3, 5}, {1, 0, 6, 6}};
  EXPECT_EQ(settled.ranges, ranges);
  ASSERT_EQ(settled.parts.size(), 1U);
  EXPECT_EQ(settled.parts[0].unit, (UnitName{1, 0, 8}));
  EXPECT_EQ(settled.parts[0].rows, "\x03");
  ASSERT_EQ(settled.outcomes.size(), 2U);
  EXPECT_EQ(settled.outcomes[0].rejected, 4U);
  EXPECT_EQ(settled.outcomes[1].type, "Patient");
  EXPECT_EQ(settled.outcomes[1].loaded, 15U);
  EXPECT_TRUE(ledger->settled(other)->ranges.empty());
  const Counts counts = ledger->run(run)->value().counts;
  EXPECT_EQ(counts.loaded, 15U);
  EXPECT_EQ(counts.duplicate, 2U);
  EXPECT_EQ(counts.rejected, 5U);
}

TEST_F(LedgerTest, SettlesAllOrNothing) {
  const auto ledger = open();
  const RunId run = *ledger->begin_run(load_of("a.zip"));
  Settlement settlement;
  settlement.letters = {letter("a", 1, 0)};
  settlement.ranges = {{0, 0, 0, 3}, {0, 0, 0, 3}};
  EXPECT_FALSE(ledger->settle(run, settlement, kKept));
  EXPECT_TRUE(places(*ledger, run).empty());
  EXPECT_TRUE(ledger->settled(run)->ranges.empty());
}

TEST_F(LedgerTest, ForgetsTheUnitsOfAFinishedRunOnly) {
  const auto ledger = open();
  Settlement settlement;
  settlement.ranges = {{0, 0, 0, 3}};
  settlement.outcomes = {{"Patient", 5, 0, 0}};
  const RunId stopped = *ledger->begin_run(load_of("a.zip"));
  ASSERT_TRUE(ledger->settle(stopped, settlement, kKept));
  ASSERT_TRUE(ledger->end_run(stopped, "stopped", {9, 5, 0, 0}, "{}"));
  EXPECT_EQ(ledger->settled(stopped)->ranges.size(), 1U);
  ASSERT_TRUE(ledger->resume_run(stopped));
  EXPECT_EQ(ledger->run(stopped)->value().state, "running");
  EXPECT_FALSE(ledger->run(stopped)->value().ended.has_value());
  ASSERT_TRUE(ledger->end_run(stopped, "finished", {9, 9, 0, 0}, "{}"));
  EXPECT_TRUE(ledger->settled(stopped)->ranges.empty());
  EXPECT_EQ(ledger->settled(stopped)->outcomes.size(), 1U);
}

TEST_F(LedgerTest, ResolvesALetterAndThoseThatItWasMadeOf) {
  const auto ledger = open();
  std::vector<RunId> runs;
  std::int64_t letter_id = 0;
  for (int i = 0; i < 3; ++i) {
    runs.push_back(*ledger->begin_run(load_of("a.zip")));
    DeadLetter dead = letter("a", 1, 0);
    dead.bytes = i == 0 ? "original" : "";
    dead.sent = i == 0 ? "as sent" : "";
    dead.replay_of = letter_id;
    dead.has_its_text = i > 0;
    ASSERT_TRUE(add(*ledger, runs.back(), {dead, letter("b", 1, 0)}));
    ASSERT_TRUE(ledger->dead_letters(runs.back(), [&](const DeadLetter& found) {
      if (found.member == "a") letter_id = found.id;
      EXPECT_EQ(found.bytes, found.member == "a" ? "original" : "");
      EXPECT_EQ(found.sent, found.member == "a" ? "as sent" : "");
    }));
  }
  Settlement settlement;
  settlement.resolved = {letter_id};
  const RunId last = *ledger->begin_run(load_of("a.zip"));
  ASSERT_TRUE(ledger->settle(last, settlement, kKept));
  for (const RunId run : runs) {
    EXPECT_EQ(ledger->letter_counts(run)->all, 2U);
    EXPECT_EQ(ledger->letter_counts(run)->resolved, 1U);
    ASSERT_TRUE(ledger->dead_letters(run, [&](const DeadLetter& found) {
      EXPECT_EQ(found.resolved_by, found.member == "a" ? last : 0);
    }));
  }
}

// As version 0.1 of this program has laid it out.
constexpr const char* kFormat1 = R"(
  CREATE TABLE run(id INTEGER PRIMARY KEY AUTOINCREMENT, command TEXT NOT NULL, target TEXT NOT NULL,
    options TEXT NOT NULL, replay_of_run_id INTEGER REFERENCES run(id), state TEXT NOT NULL,
    started INTEGER NOT NULL, ended INTEGER, read INTEGER NOT NULL DEFAULT 0,
    loaded INTEGER NOT NULL DEFAULT 0, duplicate INTEGER NOT NULL DEFAULT 0,
    rejected INTEGER NOT NULL DEFAULT 0, report TEXT NOT NULL DEFAULT '');
  CREATE TABLE source(run INTEGER NOT NULL REFERENCES run(id), place INTEGER NOT NULL,
    path TEXT NOT NULL, PRIMARY KEY(run, place)) WITHOUT ROWID;
  CREATE TABLE member(id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run(id),
    name TEXT NOT NULL, bytes INTEGER NOT NULL, stored_bytes INTEGER NOT NULL,
    fingerprint INTEGER NOT NULL, records INTEGER NOT NULL, problem TEXT NOT NULL);
  CREATE INDEX member_of_run ON member(run);
  CREATE TABLE dead_letter(id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run(id),
    member TEXT NOT NULL, line INTEGER NOT NULL, begin_byte INTEGER NOT NULL,
    end_byte INTEGER NOT NULL, stage TEXT NOT NULL, type TEXT NOT NULL, resource_id TEXT NOT NULL,
    reason TEXT NOT NULL, outcome TEXT NOT NULL, attempts INTEGER NOT NULL, bytes BLOB NOT NULL);
  CREATE INDEX dead_letter_of_run ON dead_letter(run, member, line, begin_byte, id);
  INSERT INTO run VALUES(1, 'load', 'discard:', '{}', NULL, 'finished', 5, 6, 7, 6, 0, 1, '{}');
  INSERT INTO source VALUES(1, 0, 'a.zip');
  INSERT INTO dead_letter VALUES(1, 1, 'a', 3, 0, 9, 'validate', '', '', 'no JSON', '', 0, x'41');
  PRAGMA journal_mode = WAL;
  PRAGMA application_id = 0x46486c67;
  PRAGMA user_version = 1;
)";

TEST_F(LedgerTest, BringsAnOlderFormatToThisOne) {
  for (const Access first : {Access::kWrite, Access::kReadOnly}) {
    std::filesystem::remove_all(state_);
    std::filesystem::create_directories(state_);
    write_database(kFormat1);
    EXPECT_EQ(open(first)->run(1)->value().counts.read, 7U);
    const auto ledger = open();
    EXPECT_THAT(places(*ledger, 1), ElementsAre("a:3:0"));
    EXPECT_EQ(ledger->run(1)->value().start.plan, 0U);
    const RunId run = *ledger->begin_run(load_of("b.zip"));
    Settlement settlement;
    settlement.ranges = {{0, 0, 0, 3}};
    settlement.letters = {letter("b", 1, 0)};
    EXPECT_TRUE(ledger->settle(run, settlement, kKept));
    EXPECT_EQ(ledger->settled(run)->ranges.size(), 1U);
  }
}

TEST_F(LedgerTest, OrdersDeadLettersByMemberLineAndBegin) {
  const auto ledger = open();
  const RunId run = *ledger->begin_run(load_of("a.zip"));
  const RunId other = *ledger->begin_run(load_of("b.zip"));
  const std::vector<DeadLetter> letters = {letter("b", 1, 0), letter("a", 10, 5),
                                           letter("a", 2, 9), letter("a", 10, 4),
                                           letter("", 0, 0),  letter("a", 2, 9)};
  ASSERT_TRUE(add(*ledger, run, letters));
  ASSERT_TRUE(add(*ledger, other, {letters.front()}));
  EXPECT_THAT(places(*ledger, run),
              ElementsAre(":0:0", "a:2:9", "a:2:9", "a:10:4", "a:10:5", "b:1:0"));
}

TEST_F(LedgerTest, GivesEveryDeadLetterOfManyPages) {
  const auto ledger = open();
  const RunId run = *ledger->begin_run(load_of("a.zip"));
  std::vector<DeadLetter> letters;
  for (std::uint64_t i = 0; i < 1'000; ++i) letters.push_back(letter("a", i / 3, 7));
  letters.back().bytes = std::string(6 << 20, 'x');
  ASSERT_TRUE(add(*ledger, run, letters));
  EXPECT_EQ(places(*ledger, run).size(), 1'000U);
}

TEST_F(LedgerTest, MayBeWrittenWhileItsDeadLettersAreRead) {
  const auto ledger = open();
  const RunId run = *ledger->begin_run(load_of("a.zip"));
  const std::vector<DeadLetter> letters = {letter("a", 1, 0), letter("a", 2, 0)};
  ASSERT_TRUE(add(*ledger, run, letters));
  const RunId replay = *ledger->begin_run(load_of("a.zip"));
  ASSERT_TRUE(ledger->dead_letters(
      run, [&](const DeadLetter& dead) { ASSERT_TRUE(add(*ledger, replay, {dead})); }));
  EXPECT_EQ(places(*ledger, replay), places(*ledger, run));
}

TEST_F(LedgerTest, TakesCallsFromManyThreads) {
  const auto ledger = open();
  const RunId run = *ledger->begin_run(load_of("a.zip"));
  std::vector<std::jthread> threads;
  for (const char* member : {"a", "b", "c"}) {
    threads.emplace_back([&ledger, run, member] {
      for (std::uint64_t i = 0; i < 20; ++i) {
        const DeadLetter dead = letter(member, i, 0);
        ASSERT_TRUE(add(*ledger, run, {dead}));
        ASSERT_TRUE(ledger->runs());
      }
    });
  }
  threads.clear();
  EXPECT_EQ(places(*ledger, run).size(), 60U);
}

TEST_F(LedgerTest, HasOneWriterAtATime) {
  auto first = open();
  const core::Error second = refused();
  EXPECT_EQ(second.kind, core::ErrorKind::kUsage);
  EXPECT_THAT(second.message, HasSubstr(state_.string()));
  EXPECT_THAT(second.message, HasSubstr("process " + std::to_string(::getpid())));
  first.reset();
  EXPECT_NE(open(), nullptr);
}

TEST_F(LedgerTest, SaysAnotherProcessWhereTheLockNamesNone) {
  const auto ledger = open();
  std::ofstream(state_ / "ledger.lock") << "not a number";
  EXPECT_THAT(refused().message, HasSubstr("in use by another process"));
}

TEST_F(LedgerTest, CanBeReadWhileARunWrites) {
  const auto writer = open();
  const RunId run = *writer->begin_run(load_of("a.zip"));
  const auto reader = open(Access::kReadOnly);
  EXPECT_EQ(reader->run(run)->value().state, "running");
  ASSERT_TRUE(writer->end_run(run, "finished", {}, ""));
  EXPECT_EQ(reader->run(run)->value().state, "finished");
  EXPECT_FALSE(reader->begin_run(load_of("b.zip")));
}

TEST_F(LedgerTest, ThatIsNotThereIsSaidWhenReadAndNotMade) {
  const core::Error error = refused(Access::kReadOnly);
  EXPECT_EQ(error.kind, core::ErrorKind::kUsage);
  EXPECT_THAT(error.message, HasSubstr("no run is on record in the state directory"));
  EXPECT_FALSE(std::filesystem::exists(state_));
}

TEST_F(LedgerTest, SaysThatAFileIsInTheWayOfItsDirectory) {
  std::ofstream(scratch_ / "deep") << "x";
  const core::Error error = refused();
  EXPECT_EQ(error.kind, core::ErrorKind::kUsage);
  EXPECT_THAT(error.message, HasSubstr("can't be made"));
}

TEST_F(LedgerTest, SaysThatNoRunIsOnRecordWhereThePowerWentAtItsFirstWrite) {
  std::filesystem::create_directories(state_);
  std::ofstream(state_ / "ledger.db").flush();
  EXPECT_THAT(refused(Access::kReadOnly).message, HasSubstr("no run is on record"));
  EXPECT_TRUE(open());
}

TEST_F(LedgerTest, RefusesAForeignDatabaseAndLeavesItAlone) {
  std::filesystem::create_directories(state_);
  write_database("CREATE TABLE t(x)");
  for (const Access access : {Access::kWrite, Access::kReadOnly}) {
    const core::Error error = refused(access);
    EXPECT_EQ(error.kind, core::ErrorKind::kUsage);
    EXPECT_THAT(error.message, HasSubstr("it is not a ledger of fhirehose; name another"));
  }
  auto database = sqlite::Database::open(state_ / "ledger.db", sqlite::Mode::kRead,
                                         std::chrono::milliseconds(0));
  EXPECT_EQ(database->number("SELECT count(*) FROM sqlite_schema"), 1);
}

TEST_F(LedgerTest, RefusesANewerFormat) {
  open().reset();
  write_database("PRAGMA user_version = 4");
  const core::Error error = refused();
  EXPECT_EQ(error.kind, core::ErrorKind::kUsage);
  EXPECT_THAT(error.message, HasSubstr("its format 4 is newer than this program"));
}

TEST_F(LedgerTest, SaysWhatToDoAboutADamagedFile) {
  {
    const auto ledger = open();
    for (int i = 0; i < 200; ++i) ASSERT_TRUE(ledger->begin_run(load_of(std::string(200, 'x'))));
  }
  std::fstream file(state_ / "ledger.db", std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(4096);
  file << std::string(std::filesystem::file_size(state_ / "ledger.db") - 4096, '\x7F');
  file.close();
  EXPECT_THAT(refused().message, HasSubstr("it is damaged"));
  EXPECT_THAT(refused().message, HasSubstr("move it away and run again"));
}

TEST_F(LedgerTest, SaysWhatToDoAboutAFileThatIsCutOff) {
  {
    const auto ledger = open();
    for (int i = 0; i < 200; ++i) ASSERT_TRUE(ledger->begin_run(load_of(std::string(200, 'x'))));
  }
  const auto whole = std::filesystem::file_size(state_ / "ledger.db");
  for (const std::uintmax_t left : {whole / 2 / 4096 * 4096, std::uintmax_t{5'000}}) {
    std::filesystem::resize_file(state_ / "ledger.db", left);
    EXPECT_THAT(refused().message, HasSubstr("it is damaged"));
    EXPECT_THAT(refused().message, HasSubstr("move it away and run again"));
  }
}

TEST_F(LedgerTest, GoesOnWithWhatComesBeforeATornEndOfItsWal) {
  const auto ledger = open();
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(ledger->begin_run(load_of(std::string(200, 'x'))));
  const auto copy = scratch_ / "copy";
  std::filesystem::create_directories(copy);
  for (const char* name : {"ledger.db", "ledger.db-wal"})
    std::filesystem::copy_file(state_ / name, copy / name);
  const auto size = std::filesystem::file_size(copy / "ledger.db-wal");
  std::fstream wal(copy / "ledger.db-wal", std::ios::in | std::ios::out | std::ios::binary);
  wal.seekp(static_cast<std::streamoff>(size) - 6'000);
  wal << std::string(3'000, '\x7F');
  wal.close();
  const auto torn = Ledger::open(copy, Access::kWrite);
  ASSERT_TRUE(torn) << torn.error().message;
  const auto runs = (*torn)->runs();
  ASSERT_TRUE(runs);
  EXPECT_GT(runs->size(), 30U);
  EXPECT_LT(runs->size(), 50U);
}

TEST_F(LedgerTest, SaysThatAFileIsNoDatabase) {
  std::filesystem::create_directories(state_);
  std::ofstream(state_ / "ledger.db") << std::string(9'000, 'x');
  EXPECT_EQ(refused().kind, core::ErrorKind::kUsage);
  EXPECT_THAT(refused().message, HasSubstr("ledger.db: it is not a SQLite database"));
}

TEST_F(LedgerTest, KeepsNothingOfWhatItCanNotTellTheAuditLog) {
  const RunId run = *open()->begin_run(load_of("a.zip"));
  std::filesystem::remove(state_ / "audit.ndjson");
  std::filesystem::create_symlink("/dev/full", state_ / "audit.ndjson");
  EXPECT_THAT(refused().message, HasSubstr("audit.ndjson")) << "the run was found killed";
  EXPECT_EQ(open(Access::kReadOnly)->run(run).value()->state, "running");
  std::filesystem::remove(state_ / "audit.ndjson");
  {
    const auto ledger = open();
    EXPECT_EQ(ledger->run(run).value()->state, "stopped");
  }
  std::filesystem::remove(state_ / "audit.ndjson");
  std::filesystem::create_symlink("/dev/full", state_ / "audit.ndjson");
  const auto ledger = open();
  EXPECT_FALSE(ledger->begin_run(load_of("b.zip")));
  EXPECT_FALSE(ledger->resume_run(run));
  EXPECT_FALSE(ledger->end_run(run, "finished", {}, "{}"));
  EXPECT_EQ(ledger->run(run).value()->state, "stopped");
  EXPECT_FALSE(*ledger->run(run + 1));
}

}  // namespace
}  // namespace fhirehose::ledger
