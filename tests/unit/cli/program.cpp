#include "cli/program.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/loading.hpp"
#include "support/scratch_directory.hpp"

namespace fhirehose::cli {
namespace {

using testing::HasSubstr;
using namespace tests;

struct Ran {
  int status;
  std::string out, err;
};

Ran run(std::vector<std::string> words) {
  words.insert(words.begin(), "fhirehose");
  std::vector<const char*> argv;
  for (const std::string& word : words) argv.push_back(word.c_str());
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const int status = run_program(static_cast<int>(argv.size()), argv.data());
  return {status, testing::internal::GetCapturedStdout(), testing::internal::GetCapturedStderr()};
}

class Program : public testing::Test {
 protected:
  Program() {
    write_file(scratch_ / "x.ndjson",
               "{\"resourceType\":\"Patient\",\"id\":\"a\"}\n{\"resourceType\":\"Patient\",\"id\":"
               "\"b b\"}\n");
  }
  std::string path(std::string_view name) const { return (scratch_ / name).string(); }
  Ran load(std::vector<std::string> more) const {
    std::vector<std::string> words = {"load",        path("x.ndjson"), "--state",
                                      path("state"), "--to",           "sqlite:" + path("x.db")};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
  ScratchDirectory scratch_;
};

TEST_F(Program, TeachesWithHelp) {
  const Ran ran = run({"--help"});
  EXPECT_EQ(ran.status, 0);
  EXPECT_THAT(ran.out, HasSubstr("fhirehose load archive.zip --to http://host/fhir"));
}

TEST_F(Program, RefusesAnUnknownNameInAFileOfOptions) {
  for (const char* text : {"[load]\ntenent = \"t\"\n", "tenant = \"t\"\n",
                           "[lood]\ntenant = \"t\"\n", "[load]\n[[[\n"}) {
    write_file(scratch_ / "c.toml", text);
    const Ran ran = run({"--config", path("c.toml"), "load", path("x.ndjson"), "--state",
                         path("state"), "--to", "sqlite:" + path("x.db")});
    EXPECT_EQ(ran.status, 2) << text;
    EXPECT_THAT(ran.err, HasSubstr("in the file of --config")) << text;
    EXPECT_FALSE(std::filesystem::exists(scratch_ / "x.db"));
  }
  write_file(scratch_ / "c.toml", "[load]\ntenant = \"t\"\n[verify]\nthreads = 1\n");
  EXPECT_EQ(run({"--config", path("c.toml"), "load", path("x.ndjson"), "--state", path("state"),
                 "--to", "discard:"})
                .status,
            1);
}

TEST_F(Program, RefusesAValueThatIsEmpty) {
  for (const char* option : {"--source-system", "--token-file", "--ca", "--state", "--threads",
                             "--tenant-system", "--to", "--ids"}) {
    const Ran ran = load({option, ""});
    EXPECT_EQ(ran.status, 2) << option;
    EXPECT_THAT(ran.err, HasSubstr(std::string(option) + ": nothing is given")) << option;
  }
  EXPECT_THAT(run({"--config", "", "load", path("x.ndjson")}).err, HasSubstr("--config"));
  write_file(scratch_ / "c.toml", "[load]\nsource-system = \"\"\n");
  EXPECT_EQ(run({"--config", path("c.toml"), "load", path("x.ndjson"), "--to", "discard:"}).status,
            2);
  EXPECT_FALSE(std::filesystem::exists(scratch_ / "x.db"));
}

TEST_F(Program, SaysInASentenceWhatIsWrong) {
  EXPECT_THAT(run({"lod", "x"}).err, HasSubstr("there is no command lod"));
  EXPECT_THAT(load({"--threads", "many"}).err, HasSubstr("--threads: many is no number"));
  EXPECT_THAT(load({"--threads"}).err, HasSubstr("--threads: its value is missing"));
  EXPECT_THAT(load({"--threads", "5000"}).err, HasSubstr("--threads is more than 1024"));
  for (const char* count : {"0", "-1", "1.5", "x", "99999999999999999999"}) {
    EXPECT_THAT(
        load({"--max-members", count}).err,
        HasSubstr(std::string("--max-members: ") + count + " is no whole number from 1 on"));
  }
  EXPECT_THAT(load({"--max-member", "0"}).err, HasSubstr("nothing could be read"));
  EXPECT_EQ(run({"verify", path("x.ndjson"), "--seed", "5"}).status, 2);
}

TEST_F(Program, NamesTheStateDirectoryInWhatItProposes) {
  const Ran ran = load({});
  EXPECT_EQ(ran.status, 1);
  EXPECT_THAT(ran.out, HasSubstr("fhirehose deadletters 1 --state " + path("state")));
}

TEST_F(Program, RefusesATenantThatIsNoCode) {
  for (const char* tenant : {"", " ", "not a guid", "a\tb"}) {
    const Ran ran = load({"--tenant", tenant});
    EXPECT_EQ(ran.status, 2) << tenant;
    EXPECT_THAT(ran.err, HasSubstr("--tenant")) << tenant;
  }
  EXPECT_EQ(load({"--tenant-system", "urn:x"}).status, 2);
  EXPECT_FALSE(std::filesystem::exists(scratch_ / "x.db"));
}

TEST_F(Program, RefusesAnUnknownOption) {
  const Ran ran = load({"--nonsense"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.err, HasSubstr("--nonsense"));
  EXPECT_FALSE(std::filesystem::exists(scratch_ / "x.db"));
}

TEST_F(Program, RefusesAMissingCommand) { EXPECT_EQ(run({}).status, 2); }

TEST_F(Program, RefusesASizeThatIsNone) {
  const Ran ran = load({"--memory", "much"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.err, HasSubstr("--memory"));
}

TEST_F(Program, RefusesAServerProfileThatThereIsNotBeforeItReachesTheServer) {
  const Ran ran = run({"load", path("x.ndjson"), "--state", path("state"), "--to",
                       "http://127.0.0.1:9/fhir", "--profile", "happy"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.err, HasSubstr("there are hapi, blaze, medplum, microsoft, firely, generic"));
}

TEST_F(Program, RefusesATimeThatIsNone) {
  for (const char* option :
       {"--patience", "--timeout", "--backoff", "--longest-backoff", "--longest-retry-after"}) {
    for (const char* text : {"long", "10", "0s"}) {
      const Ran ran = load({option, text});
      EXPECT_EQ(ran.status, 2);
      EXPECT_THAT(ran.err, HasSubstr(option));
    }
  }
  EXPECT_EQ(load({"--attempts", "0"}).status, 2);
}

TEST_F(Program, LoadsAndShowsWhatWasRejected) {
  const Ran ran = load({});
  EXPECT_EQ(ran.status, 1);
  EXPECT_THAT(ran.out, HasSubstr("conserved"));
  const Ran letters = run({"deadletters", "1", "--state", path("state")});
  EXPECT_EQ(letters.status, 0);
  EXPECT_THAT(letters.out, HasSubstr("x.ndjson:2  bytes 36-73  validate"));
}

TEST_F(Program, PrintsOneJsonObjectAndNothingElseToStandardOutput) {
  const Ran ran = load({"--json"});
  EXPECT_EQ(ran.out.front(), '{');
  EXPECT_EQ(ran.out.substr(ran.out.size() - 2), "}\n");
  EXPECT_EQ(std::ranges::count(ran.out, '\n'), 1);
}

TEST_F(Program, ReadsOptionsFromAConfigFile) {
  write_file(scratch_ / "c.toml", "[load]\ntenant = \"from-config\"\n");
  load({"--config", path("c.toml")});
  EXPECT_THAT(stored(scratch_ / "x.db").at("Patient/a"), HasSubstr("from-config"));
}

TEST_F(Program, TakesTextsOfAConfigFileAsTomlDoes) {
  write_file(
      scratch_ / "c.toml",
      "load.tenant-system = 'http://id.example/claims#\"tenant'  # that is it\n"
      "load.tenant = \"a\\u0042c\"\n"
      "load.keep-coverage = true\n"
      "load.batch = 1_00\n"
      "load.source-base = [\n  \"https://a.example/fhir\",\n  'https://b.example/fhir',\n]\n");
  const Ran ran = load({"--config", path("c.toml")});
  EXPECT_EQ(ran.status, 1) << ran.err;
  EXPECT_THAT(stored(scratch_ / "x.db").at("Patient/a"),
              HasSubstr(R"("system":"http://id.example/claims#\"tenant","code":"aBc")"));
  EXPECT_THAT(run({"runs", "1", "--json", "--state", path("state")}).out,
              HasSubstr("https://a.example/fhir https://b.example/fhir"));
}

TEST_F(Program, SaysWhereAConfigFileIsNoToml) {
  const std::pair<const char*, const char*> files[] = {
      {"[load]\ntenant = t#x\n", "line 2"},
      {"[load]\ntenant = \"a\"\ntenant = \"b\"\n", "line 3"},
      {"[load]\ntenant = 2026-11-26\n", "an option takes a text"},
      {"[load]\nsource-base = []\n", "an array without a value"},
      {"[load]\ntenant = { code = \"t\" }\n", "load.tenant"}};
  for (const auto& [text, said] : files) {
    write_file(scratch_ / "c.toml", text);
    const Ran ran = load({"--config", path("c.toml")});
    EXPECT_EQ(ran.status, 2) << text;
    EXPECT_THAT(ran.err, HasSubstr("the file of --config")) << text;
    EXPECT_THAT(ran.err, HasSubstr(said)) << text;
  }
  EXPECT_FALSE(std::filesystem::exists(scratch_ / "x.db"));
}

TEST_F(Program, ListsRuns) {
  load({});
  const Ran ran = run({"runs", "--state", path("state")});
  EXPECT_EQ(ran.status, 0);
  EXPECT_THAT(ran.out, HasSubstr("finished"));
  EXPECT_THAT(run({"runs", "1", "--json", "--state", path("state")}).out, HasSubstr(R"("run":1)"));
  EXPECT_EQ(run({"runs", "9", "--state", path("state")}).status, 2);
}

TEST_F(Program, InspectsWithoutMakingAnything) {
  const Ran ran = run({"inspect", path("x.ndjson")});
  EXPECT_EQ(ran.status, 1);
  EXPECT_THAT(ran.out, HasSubstr("x.ndjson:2 (bytes 36-73)"));
  EXPECT_FALSE(std::filesystem::exists(scratch_ / "state"));
}

TEST_F(Program, InspectsNothingThatALoadHasMade) {
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(scratch_.path());
  EXPECT_EQ(run({"load", "."}).status, 1);
  const Ran ran = run({"inspect", ".", "--json"});
  std::filesystem::current_path(before);
  EXPECT_THAT(ran.out, HasSubstr(R"("read":2,)"));
  EXPECT_THAT(ran.out, HasSubstr(R"("problems":[])"));
}

TEST_F(Program, ShowsNoContentInErrors) {
  write_file(scratch_ / "x.ndjson", "{\"resourceType\":\"Patient\",\"id\":\"Mueller Anna\"}\n");
  const Ran ran = load({});
  const Ran letters = run({"deadletters", "1", "--state", path("state")});
  for (const std::string& text : {ran.out, ran.err, letters.out, letters.err}) {
    EXPECT_THAT(text, testing::Not(HasSubstr("Anna")));
  }
}

}  // namespace
}  // namespace fhirehose::cli
