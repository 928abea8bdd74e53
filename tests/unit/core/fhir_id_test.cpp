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

TEST(FhirId, LooksAtEachCharacterOfAnyLength) {
  for (std::size_t length = 1; length <= kMaxIdLength; ++length) {
    const std::string digits(length, '7');
    EXPECT_TRUE(is_legal_id(digits)) << length;
    EXPECT_TRUE(is_numeric_id(digits)) << length;
    for (std::size_t at = 0; at < length; ++at) {
      for (int code = 0; code < 256; ++code) {
        std::string id = digits;
        id[at] = static_cast<char>(code);
        const bool digit = code >= '0' && code <= '9';
        const bool letter = (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
        ASSERT_EQ(is_numeric_id(id), digit) << length << ' ' << at << ' ' << code;
        ASSERT_EQ(is_legal_id(id), digit || letter || code == '-' || code == '.')
            << length << ' ' << at << ' ' << code;
      }
    }
  }
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
