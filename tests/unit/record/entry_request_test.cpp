#include "record/entry_request.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fhirehose::record {
namespace {

using testing::HasSubstr;

constexpr core::ResourceType kBasic = core::resource_type("Basic");

TEST(EntryRequest, NamesTheTargetOfAPutOrDelete) {
  for (const char* url : {"Basic/a", "https://h/fhir/Basic/a", "Basic/a/_history/3"}) {
    for (const char* method : {"PUT", "DELETE"}) {
      const EntryRequest request = read_request(method, url);
      EXPECT_TRUE(request.names_target) << url;
      EXPECT_EQ(request.type, kBasic);
      EXPECT_EQ(request.id, "a");
      EXPECT_EQ(refusal_of(request), nullptr);
    }
  }
}

TEST(EntryRequest, LoadsPutsByIdOrSearchPostsAndWhatAsksForNothing) {
  EXPECT_EQ(refusal_of(read_request("", "")), nullptr);
  EXPECT_EQ(refusal_of(read_request("POST", "Basic")), nullptr);
  EXPECT_EQ(refusal_of(read_request("PUT", "Basic?identifier=a")), nullptr);
  EXPECT_FALSE(read_request("PUT", "Basic?identifier=a").names_target);
}

TEST(EntryRequest, SaysWhyTheOthersAreNotLoaded) {
  EXPECT_THAT(refusal_of(read_request("PATCH", "Basic/a")), HasSubstr("PATCH"));
  EXPECT_THAT(refusal_of(read_request("GET", "Basic/a")), HasSubstr("GET"));
  EXPECT_THAT(refusal_of(read_request("HEAD", "Basic/a")), HasSubstr("none of POST"));
  EXPECT_THAT(refusal_of(read_request("DELETE", "Basic?code=x")), HasSubstr("by search"));
  for (const char* url : {"", "Basic", "Nothing/a", "Basic/a_b", "Basic/"}) {
    EXPECT_THAT(refusal_of(read_request("DELETE", url)), HasSubstr("no Type/id")) << url;
  }
}

TEST(EntryRequest, ContradictsAResourceOfAnotherTypeOrId) {
  RecordView record;
  record.type = kBasic;
  record.id = "a";
  EXPECT_EQ(contradiction(read_request("PUT", "Basic/a"), record), nullptr);
  EXPECT_EQ(contradiction(read_request("PUT", "Basic?code=x"), record), nullptr);
  EXPECT_EQ(contradiction(read_request("POST", "Basic/b"), record), nullptr);
  EXPECT_THAT(contradiction(read_request("PUT", "Basic/b"), record), HasSubstr("another id"));
  EXPECT_THAT(contradiction(read_request("PUT", "Patient/a"), record), HasSubstr("another type"));
}

TEST(EntryRequest, ReadsTheVersionOfAnEntityTag) {
  EXPECT_EQ(version_of("W/\"3\""), "3");
  EXPECT_EQ(version_of("\"3\""), "3");
  for (const char* tag : {"", "3", "W/", "W/\"", "W/\"3"}) EXPECT_EQ(version_of(tag), "");
}

}  // namespace
}  // namespace fhirehose::record
