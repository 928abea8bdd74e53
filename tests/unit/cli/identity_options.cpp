#include <algorithm>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

#include "cli/option_groups.hpp"

namespace fhirehose::cli {
namespace {

Identity identity_from(std::vector<std::string> words) {
  CLI::App app;
  Identity identity;
  add_identity_options(app, identity);
  std::reverse(words.begin(), words.end());
  app.parse(words);
  return identity;
}

TEST(IdentityOptions, SayWhatBecomesOfIds) {
  EXPECT_FALSE(identity_from({}).ids.has_value());
  EXPECT_EQ(identity_from({"--ids", "keep"}).ids, Ids::kKeep);
  EXPECT_EQ(identity_from({"--ids", "uuid"}).ids, Ids::kUuid);
  EXPECT_EQ(identity_from({"--ids", "auto"}).ids, Ids::kAuto);
  EXPECT_EQ(identity_from({"--ids", "prefix"}).ids, Ids::kPrefix);
  const Identity prefixed = identity_from({"--ids", "prefix=a=b"});
  EXPECT_EQ(prefixed.ids, Ids::kPrefix);
  EXPECT_EQ(prefixed.prefix, "a=b");
}

TEST(IdentityOptions, TakeNoOtherWay) {
  for (const char* way : {"", "prefix=", "Keep", "uuid=x"}) {
    EXPECT_THROW(identity_from({"--ids", way}), CLI::ValidationError) << way;
  }
  EXPECT_THROW(identity_from({"--resolve-urns", "everywhere"}), CLI::ValidationError);
}

TEST(IdentityOptions, NameTheSource) {
  const Identity identity =
      identity_from({"--source-system", "rb", "--source-base", "http://a", "--source-base",
                     "http://b", "--resolve-urns", "archive"});
  EXPECT_EQ(identity.source_system, "rb");
  EXPECT_EQ(identity.source_bases, (std::vector<std::string>{"http://a", "http://b"}));
  EXPECT_TRUE(identity.urns_reach_everywhere);
  EXPECT_FALSE(identity_from({"--resolve-urns", "bundle"}).urns_reach_everywhere);
}

}  // namespace
}  // namespace fhirehose::cli
