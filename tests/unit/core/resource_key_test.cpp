#include "core/resource_key.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace fhirehose::core {
namespace {

TEST(ResourceKey, IsTheSameForTheSameTypeAndId) {
  const std::string id = "abc";
  EXPECT_EQ(key_of(kPatient, id), key_of(kPatient, "abc"));
  EXPECT_NE(key_of(kPatient, "abc"), key_of(kPatient, "abC"));
}

TEST(ResourceKey, DiffersByTypeForEveryType) {
  std::set<ResourceKey> keys;
  for (std::size_t i = 0; i < kResourceTypeCount; ++i)
    keys.insert(key_of(static_cast<ResourceType>(i), "1"));
  EXPECT_EQ(keys.size(), kResourceTypeCount);
}

TEST(ResourceKey, BothHalvesDependOnTheId) {
  std::set<std::uint64_t> high;
  std::set<std::uint64_t> low;
  for (int i = 0; i < 10'000; ++i) {
    const ResourceKey key = key_of(kPatient, std::to_string(i));
    high.insert(key.high);
    low.insert(key.low);
  }
  EXPECT_EQ(high.size(), 10'000U);
  EXPECT_EQ(low.size(), 10'000U);
}

TEST(StableHash, IsTheSameInEveryRunAndOnEveryMachine) {
  EXPECT_EQ(stable_hash(""), 0x2d06800538d394c2ULL);
  EXPECT_EQ(stable_hash("Patient/1"), stable_hash(std::string("Patient/") + "1"));
  EXPECT_NE(stable_hash("Patient/1"), stable_hash("Patient/2"));
}

TEST(ContentId, Is32HexadecimalDigitsThatXxhashDefines) {
  std::string id(kContentIdLength, '?');
  content_id("", id.data());
  EXPECT_EQ(id, "99aa06d3014798d86001c324468d497f");
}

TEST(ContentId, WritesNothingBehindItsLength) {
  std::string id(kContentIdLength + 1, '?');
  content_id("{\"resourceType\":\"Basic\"}", id.data());
  EXPECT_EQ(id.back(), '?');
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), kContentIdLength);
}

// A server that keeps ids of digits to itself would refuse it.
TEST(ContentId, IsNeverOfDigitsOnly) {
  std::string id(kContentIdLength, '?');
  content_id(R"({"resourceType":"Basic","n":3594834})", id.data());
  EXPECT_EQ(id, "i1285198985884136579178754838341") << "the hash is 2128...";
}

}  // namespace
}  // namespace fhirehose::core
