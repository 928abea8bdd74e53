#include "fhir-target/bundle_frame.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bundles.hpp"

namespace fhirehose::target {
namespace {

using testing::HasSubstr;

TEST(BundleFrame, TakesEntriesApart) {
  const std::string resource = R"({"resourceType":"Patient","id":"1"})";
  const Body body(transaction(
      {named("urn:uuid:1", entry("POST", "Patient", resource, R"(,"ifNoneExist":"identifier=1")")),
       put("Basic", "b"), entry("DELETE", "Basic/c", "")}));
  const auto frame = frame_bundle(body, Resources::kScan);
  ASSERT_TRUE(frame.has_value());
  ASSERT_EQ(frame->entries.size(), 3U);
  const Entry& first = frame->entries[0];
  EXPECT_EQ(first.method, Method::kPost);
  EXPECT_EQ(first.url, "Patient");
  EXPECT_EQ(first.full_url, "urn:uuid:1");
  EXPECT_EQ(first.if_none_exist, "identifier=1");
  EXPECT_EQ(first.resource->text, resource);
  EXPECT_EQ(frame->entries[1].method, Method::kPut);
  EXPECT_FALSE(frame->entries[2].resource.has_value());
}

TEST(BundleFrame, MembersComeInAnyOrderAndWithBlanks) {
  const Body body(R"( { "entry" : [ { "request" : { "url" : "Patient/1" , "method" : "PUT" } ,
    "resource" : { "id" : "1", "resourceType" : "Patient" } } ] ,
    "type" : "batch" , "resourceType" : "Bundle" } )");
  const auto frame = frame_bundle(body, Resources::kScan);
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->kind, BundleKind::kBatch);
  EXPECT_EQ(frame->entries[0].resource->text, R"({ "id" : "1", "resourceType" : "Patient" })");
}

TEST(BundleFrame, SkippedResourcesAreNotScanned) {
  const Body body(transaction({put("Patient", "1")}));
  const auto frame = frame_bundle(body, Resources::kSkip);
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->entries[0].url, "Patient/1");
  EXPECT_FALSE(frame->entries[0].resource.has_value());
}

TEST(BundleFrame, ABundleMayBeEmpty) {
  const Body body(R"({"resourceType":"Bundle","type":"transaction"})");
  const auto frame = frame_bundle(body, Resources::kScan);
  ASSERT_TRUE(frame.has_value());
  EXPECT_TRUE(frame->entries.empty());
}

TEST(BundleFrame, OneUnparseableResourceFailsAll) {
  const Body body(batch({put("Patient", "1"), put("Patient", "2", R"(,"birthDate":"x")")}));
  const auto frame = frame_bundle(body, Resources::kScan);
  ASSERT_FALSE(frame.has_value());
  EXPECT_EQ(frame.error().status, 400);
  EXPECT_THAT(frame.error().diagnostics, HasSubstr("HAPI-0450"));
}

TEST(BundleFrame, RefusesWhatIsNoTransactionOrBatch) {
  for (const auto* text : {"", "{}", R"({"resourceType":"Patient"})",
                           R"({"resourceType":"Bundle","type":"collection"})",
                           R"({"resourceType":"Bundle","type":"batch","entry":{}})",
                           R"({"resourceType":"Bundle","type":"batch"}x)",
                           R"({"resourceType":"Bundle","type":"batch","entry":[)"}) {
    const Body body(text);
    const auto frame = frame_bundle(body, Resources::kScan);
    ASSERT_FALSE(frame.has_value()) << text;
    EXPECT_EQ(frame.error().status, 400);
  }
}

TEST(BundleFrame, MethodsAreReadByName) {
  EXPECT_EQ(read_method("GET"), Method::kGet);
  EXPECT_EQ(read_method("PATCH"), Method::kOther);
  EXPECT_EQ(read_method("put"), Method::kOther);
}

}  // namespace
}  // namespace fhirehose::target
