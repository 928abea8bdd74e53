#include "compressed.hpp"
#include "scratch.hpp"
#include "source/sniff.hpp"
#include "zip_builder.hpp"

namespace fhirehose::source::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

using LeftOut = Scratch;

TEST_F(LeftOut, IsTextWithoutALineOfJsonInAnArchive) {
  for (const std::uint16_t method : {std::uint16_t{0}, std::uint16_t{8}}) {
    write("a.zip", build_zip({{.name = "README.txt", .content = "hello", .method = method},
                              {.name = "a,b.csv", .content = "1,2\n3,4\n", .method = method},
                              {.name = "x", .content = "{}", .method = method}}));
    const auto catalog = open({"a.zip"});
    ASSERT_TRUE(catalog);
    EXPECT_THAT(names_of(*catalog), ElementsAre("a.zip!x"));
    ASSERT_THAT(catalog->problems(), SizeIs(2));
    EXPECT_EQ(catalog->problems()[0].where, "a.zip!README.txt");
    EXPECT_EQ(catalog->problems()[0].what, "is no JSON: left out");
  }
}

TEST_F(LeftOut, IsTextInAFolderToo) {
  write("in/README.txt", "hello");
  write("in/x.txt", "{}");
  const auto catalog = open({"in"});
  ASSERT_TRUE(catalog);
  EXPECT_THAT(names_of(*catalog), ElementsAre("in/x.txt"));
  ASSERT_THAT(catalog->problems(), SizeIs(1));
  EXPECT_EQ(catalog->problems()[0].what, "is no JSON: left out");
}

TEST_F(LeftOut, IsNoFhirInXmlWhichHoldsRecords) {
  const std::string patient =
      "\n<?xml version='1.0'?>\n<Patient xmlns=\"http://hl7.org/fhir\"><id value=\"x\"/></Patient>";
  write("a.zip", build_zip({{.name = "Patient.xml", .content = patient},
                            {.name = "page.html", .content = "<p>http://hl7.org/fhir</p>"}}));
  write("in/Patient.xml", patient);
  const auto catalog = open({"a.zip", "in"});
  ASSERT_TRUE(catalog);
  ASSERT_THAT(catalog->problems(), SizeIs(3));
  EXPECT_THAT(catalog->problems()[0].what, StartsWith("is FHIR in XML, "));
  EXPECT_FALSE(catalog->problems()[0].holds_none);
  EXPECT_TRUE(catalog->problems()[1].holds_none);
  EXPECT_THAT(catalog->problems()[2].what, StartsWith("is FHIR in XML, "));
}

TEST_F(LeftOut, IsNoProgramInAnArchiveAsItMayHoldOne) {
  for (const char* const magic : {"MZ", "\x7F\x45LF"}) {
    const std::string setup = magic + build_zip({{.name = "x", .content = "{}"}});
    write("a.zip", build_zip({{.name = "setup", .content = setup},
                              {.name = "setup.json", .content = setup, .method = 0}}));
    const auto catalog = open({"a.zip"});
    ASSERT_TRUE(catalog);
    EXPECT_THAT(names_of(*catalog), ElementsAre("a.zip!setup.json"));
    ASSERT_THAT(catalog->problems(), SizeIs(1));
    EXPECT_THAT(catalog->problems()[0].what, StartsWith("is a program; "));
    EXPECT_FALSE(catalog->problems()[0].holds_none);
  }
}

TEST_F(LeftOut, IsAProgramInAFolderUnlessItIsAnArchive) {
  write("in/plain.exe", "MZ and no more");
  write("in/setup.exe", "MZ" + build_zip({{.name = "x", .content = "{}"}}));
  const auto catalog = open({"in"});
  ASSERT_TRUE(catalog);
  EXPECT_THAT(names_of(*catalog), ElementsAre("in/setup.exe!x"));
  ASSERT_THAT(catalog->problems(), SizeIs(1));
  EXPECT_TRUE(catalog->problems()[0].holds_none);
}

TEST_F(LeftOut, IsNothingThatIsNamedAsJson) {
  std::vector<ZipMember> members;
  for (const char* const name : {"a.json", "b.NDJSON", "c.jsonl"}) {
    for (const std::uint16_t method : {std::uint16_t{0}, std::uint16_t{8}}) {
      members.push_back(
          {.name = std::to_string(method) + name, .content = "bad line\n", .method = method});
    }
    write(std::string("in/") + name, "bad line\n");
  }
  write("a.zip", build_zip(members));
  const auto catalog = open({"a.zip", "in"});
  ASSERT_TRUE(catalog);
  EXPECT_THAT(catalog->members(), SizeIs(9));
  EXPECT_THAT(catalog->problems(), IsEmpty());
}

TEST_F(LeftOut, IsNothingThatTheCallerNamed) {
  EXPECT_EQ(through("hello\n").bytes, "hello\n");
  EXPECT_EQ(through("hello\n").error, "");
}

TEST_F(LeftOut, IsNothingWithOneLineOfJsonNearItsStart) {
  const std::string late = "bad\n" + std::string(60'000, '#') + "\n {}\n";
  const std::string too_late = "bad\n" + std::string(70'000, '#') + "\n{}\n";
  write("a.zip", build_zip({{.name = "late", .content = late},
                            {.name = "too late", .content = too_late},
                            {.name = "blank", .content = " \n\n"}}));
  const auto catalog = open({"a.zip"});
  ASSERT_TRUE(catalog);
  EXPECT_THAT(names_of(*catalog), ElementsAre("a.zip!late", "a.zip!blank"));
  EXPECT_EQ(read_member(*catalog, 0).bytes, late);
}

TEST(MayHoldJson, LooksAtTheStartOfEachLine) {
  for (const char* const text :
       {"", " \n", "{", "[", "\xEF\xBB\xBF{", " \t{", "x\n{", "x\r\n\n  ["}) {
    EXPECT_TRUE(may_hold_json(text)) << text;
  }
  for (const char* const text : {"x", "x {", "\"{\"", "1\n2\n", "\xEF\xBB\xBFx"}) {
    EXPECT_FALSE(may_hold_json(text)) << text;
  }
}

}  // namespace
}  // namespace fhirehose::source::testing
