#include "http/url.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fhirehose::http {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Url, NamesHostAndPortEvenWhereThePortIsTheSchemes) {
  EXPECT_EQ(parse_url("http://example.org/fhir")->authority, "example.org:80");
  EXPECT_EQ(parse_url("https://example.org")->authority, "example.org:443");
  EXPECT_EQ(parse_url("http://[::1]:8080/fhir")->authority, "[::1]:8080");
}

TEST(Url, TellsLoopbackFromOtherHosts) {
  EXPECT_TRUE(parse_url("http://localhost:1/")->loopback);
  EXPECT_TRUE(parse_url("http://127.0.0.1/")->loopback);
  EXPECT_TRUE(parse_url("http://[::1]/")->loopback);
  EXPECT_FALSE(parse_url("http://127.example.org/")->loopback);
  EXPECT_FALSE(parse_url("http://10.0.0.1/")->loopback);
}

TEST(Url, TellsHttpsFromHttp) {
  EXPECT_TRUE(parse_url("https://example.org/")->secure);
  EXPECT_FALSE(parse_url("http://example.org/")->secure);
}

TEST(Url, RefusesWhatIsNoWebAddress) {
  for (const char* text : {"", "fhir", "ftp://example.org/", "file:///etc/passwd", "http://",
                           "http:///fhir", "http:/fhir", "http://host:99999/", "sqlite:x.db"}) {
    const auto url = parse_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().kind, core::ErrorKind::kUsage);
  }
}

TEST(Url, RefusesCredentialsWithoutRepeatingThem) {
  const auto url = parse_url("http://jane:hunter2@example.org/fhir");
  ASSERT_FALSE(url);
  EXPECT_THAT(url.error().message, HasSubstr("example.org/fhir"));
  EXPECT_THAT(url.error().message, Not(HasSubstr("hunter2")));
  EXPECT_THAT(url.error().message, Not(HasSubstr("jane")));
}

TEST(Url, LeavesTheFragmentOut) {
  EXPECT_EQ(parse_url("http://example.org/fhir#top")->text, "http://example.org/fhir");
}

TEST(Url, BelowPutsOneSlashBetween) {
  EXPECT_EQ(below(*parse_url("http://h/fhir"), "metadata").text, "http://h/fhir/metadata");
  EXPECT_EQ(below(*parse_url("http://h/fhir/"), "metadata").text, "http://h/fhir/metadata");
  EXPECT_EQ(below(*parse_url("http://h/fhir/"), "?_pretty=false").text,
            "http://h/fhir?_pretty=false");
}

}  // namespace
}  // namespace fhirehose::http
