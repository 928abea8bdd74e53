#include "core/credentials.hpp"

#include <gtest/gtest.h>

namespace fhirehose::core {
namespace {

TEST(Credentials, LeaveUserAndPasswordOut) {
  EXPECT_EQ(without_credentials("https://user:word@host:8443/fhir"), "https://host:8443/fhir");
  EXPECT_EQ(without_credentials("https://token@host"), "https://host");
  EXPECT_EQ(without_credentials("postgresql://u:p@host/db"), "postgresql://host/db");
}

TEST(Credentials, LeaveQueryAndFragmentOut) {
  EXPECT_EQ(without_credentials("https://host/a.zip?sig=secret#x"), "https://host/a.zip");
  EXPECT_EQ(without_credentials("postgresql://host/db?password=secret"), "postgresql://host/db");
}

TEST(Credentials, OfAPasswordThatIsNotPercentEncodedLeaveNoPart) {
  EXPECT_EQ(without_credentials("https://user:p@ss@host/fhir"), "https://host/fhir");
  EXPECT_EQ(without_credentials("https://user:p/ss@host/fhir"), "https://host/fhir");
  EXPECT_EQ(without_credentials("https://user:p?ss@host/fhir"), "https://host/fhir");
}

TEST(Credentials, KeepAPathWithAnAtSign) {
  EXPECT_EQ(without_credentials("https://host/tenant@x/fhir"), "https://host/tenant@x/fhir");
  EXPECT_EQ(without_credentials("https://host:80/tenant@x"), "https://host:80/tenant@x");
  EXPECT_EQ(without_credentials("http://[::1]:80/tenant@x"), "http://[::1]:80/tenant@x");
}

TEST(Credentials, LeavePathsAsTheyAre) {
  for (const char* path : {"", "-", "a.zip", "/data/a?b#c@d.zip", "sqlite:x@y.db",
                           "discard:", "a b://c@d", "://x@y"}) {
    EXPECT_EQ(without_credentials(path), path);
  }
}

}  // namespace
}  // namespace fhirehose::core
