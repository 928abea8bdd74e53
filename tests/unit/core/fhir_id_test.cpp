#include "core/fhir_id.hpp"

#include <string>

#include <gtest/gtest.h>

namespace fhirehose::core {
namespace {

TEST(FhirId, TakesWhatRealSystemsWrite) {
  for (const char* id : {"a", "Z.9-", "-20140000010000", "inpatient--10000000020384",
                         "4f7c3a52-6f0e-4c86-9a57-0f9f4c0a1d11", "567834"}) {
    EXPECT_TRUE(is_legal_id(id)) << id;
  }
}

TEST(FhirId, RefusesOtherCharacters) {
  for (const char* id : {"", "BILLING_ID", "a b", "a/b", "urn:uuid:1", "\xC3\xA9", "a\n", "#a"})
    EXPECT_FALSE(is_legal_id(id)) << id;
  EXPECT_FALSE(is_legal_id(std::string_view("a\0b", 3)));
}

TEST(FhirId, IsAtMost64Long) {
  EXPECT_TRUE(is_legal_id(std::string(64, 'x')));
  EXPECT_FALSE(is_legal_id(std::string(65, 'x')));
}

TEST(FhirId, IsNumericWhenItHasDigitsOnly) {
  EXPECT_TRUE(is_numeric_id("567834"));
  EXPECT_FALSE(is_numeric_id("-20140000010000"));
  EXPECT_FALSE(is_numeric_id("1a"));
  EXPECT_FALSE(is_numeric_id(""));
  EXPECT_FALSE(is_numeric_id(std::string(65, '1')));
}

}  // namespace
}  // namespace fhirehose::core
