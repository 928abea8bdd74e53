#include <algorithm>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/option_groups.hpp"

namespace fhirehose::cli {
namespace {

ServerAccess access_from(std::vector<std::string> words) {
  CLI::App app;
  ServerAccess access;
  add_access_options(app, access);
  std::reverse(words.begin(), words.end());
  app.parse(words);
  return access;
}

TEST(AccessOptions, NameWhoLoadsAndTheFilesOfTheirSecrets) {
  const ServerAccess access =
      access_from({"--user", "jane", "--password-file", "p", "--token-file", "t", "--client-id",
                   "c", "--client-key", "k", "--key-id", "i", "--token-url", "u", "--scope", "s"});
  EXPECT_EQ(access.user, "jane");
  EXPECT_EQ(access.password_file, "p");
  EXPECT_EQ(access.token_file, "t");
  EXPECT_EQ(access.client_id, "c");
  EXPECT_EQ(access.client_key, "k");
  EXPECT_EQ(access.key_id, "i");
  EXPECT_EQ(access.token_url, "u");
  EXPECT_EQ(access.scope, "s");
}

TEST(AccessOptions, NameTheWayToTheServer) {
  const ServerAccess access =
      access_from({"--cert", "c", "--key", "k", "--ca", "a", "--proxy", "http://p:1", "--gzip"});
  EXPECT_EQ(access.certificate, "c");
  EXPECT_EQ(access.certificate_key, "k");
  EXPECT_EQ(access.ca, "a");
  EXPECT_EQ(access.proxy, "http://p:1");
  EXPECT_TRUE(access.gzip);
}

TEST(AccessOptions, AskForNothingByThemselves) {
  const ServerAccess access = access_from({});
  EXPECT_EQ(access.scope, "system/*.crus");
  EXPECT_TRUE(access.user.empty() && access.client_id.empty() && access.proxy.empty());
  EXPECT_FALSE(access.gzip);
}

// What stands on a command line can be read by every process of the machine.
TEST(AccessOptions, HaveNoneThatTakesASecret) {
  CLI::App app;
  ServerAccess access;
  add_access_options(app, access);
  for (const char* name :
       {"--password", "--token", "--client-secret", "--proxy-user", "--insecure"})
    EXPECT_EQ(app.get_option_no_throw(name), nullptr) << name;
}

}  // namespace
}  // namespace fhirehose::cli
