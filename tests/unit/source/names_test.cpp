#include <gtest/gtest.h>

#include "source/member_name.hpp"
#include "source/printable.hpp"

namespace fhirehose::source {
namespace {

TEST(Printable, KeepsUtf8) {
  EXPECT_EQ(printable("fhir/J\xC3\xBCrgen \xE2\x82\xAC \xF0\x9F\x98\x80.json"),
            "fhir/J\xC3\xBCrgen \xE2\x82\xAC \xF0\x9F\x98\x80.json");
}

TEST(Printable, EscapesControlCharacters) {
  EXPECT_EQ(printable("a\x1B[2J\n\x7F"), "a\\x1b[2J\\x0a\\x7f");
  EXPECT_EQ(printable("\xC2\x9B"), "\\xc2\\x9b");
}

TEST(Printable, EscapesWhatIsNotUtf8) {
  EXPECT_EQ(printable("\xFF\xC3"), "\\xff\\xc3");
  EXPECT_EQ(printable("\xC0\x80"), "\\xc0\\x80");
  EXPECT_EQ(printable("\xE2\x82"), "\\xe2\\x82");
  EXPECT_EQ(printable("\xE0\x9F\xBF"), "\\xe0\\x9f\\xbf") << "overlong";
  EXPECT_EQ(printable("\xED\xA0\x80"), "\\xed\\xa0\\x80") << "a surrogate";
}

TEST(Printable, EscapesWhatTurnsTheDirectionOfWriting) {
  EXPECT_EQ(printable("a\xE2\x80\xAEnosj.b"), "a\\xe2\\x80\\xaenosj.b");
  EXPECT_EQ(printable("\xD7\x90\xE3\x81\x82"), "\xD7\x90\xE3\x81\x82") << "not writing itself";
}

TEST(MemberName, OfAFolderOrFinderFileIsNoContent) {
  for (const char* const name : {"a/", "__MACOSX/a/._b", "a/.DS_Store", ".DS_Store"}) {
    EXPECT_TRUE(is_no_content(name)) << name;
  }
  for (const char* const name : {"a", "a/x.DS_Store", "MACOSX/a", "a/._b"}) {
    EXPECT_FALSE(is_no_content(name)) << name;
  }
}

TEST(MemberName, MayHoldDotsThatDoNotClimb) {
  for (const char* const name : {"a..b", "...", "a/..b/c", "./a", "a:b"}) {
    EXPECT_EQ(why_unsafe(name), "") << name;
  }
}

TEST(MemberName, MustNotBeEmpty) { EXPECT_NE(why_unsafe(""), ""); }

}  // namespace
}  // namespace fhirehose::source
