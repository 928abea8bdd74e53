#include "http/client_assertion.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "asking.hpp"
#include "http/base64.hpp"
#include "jws_check.hpp"
#include "support/scratch_directory.hpp"
#include "support/test_ca.hpp"

namespace fhirehose::http {
namespace {

using testing::HasSubstr;

constexpr std::chrono::system_clock::time_point kNow{std::chrono::seconds(1'800'000'000)};

// RFC 4648, section 10.
TEST(Base64, IsThatOfTheStandard) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xFB\xEF\xFF"), "++//");
  EXPECT_EQ(base64url("\xFB\xEF\xFF"), "--__");
  EXPECT_EQ(base64url("f"), "Zg");
}

class ClientAssertion : public testing::Test {
 protected:
  SigningKey reading(EVP_PKEY* key) {
    tests::write_key(key, file_);
    auto read = SigningKey::read(file_);
    EXPECT_TRUE(read);
    return *std::move(read);
  }
  std::string refusal(EVP_PKEY* key, const std::string& pass_phrase = {}) {
    tests::write_key(key, file_, pass_phrase);
    const auto read = SigningKey::read(file_);
    return read ? "" : read.error().message;
  }
  tests::ScratchDirectory scratch_;
  const std::filesystem::path file_ = scratch_ / "client.key";
  const AssertionClaims claims_{
      .client_id = "loader", .audience = "https://h/token", .key_id = "2026"};
};

TEST_F(ClientAssertion, SaysWhoAsksWhomAndUntilWhen) {
  const auto key = tests::new_ec_key("P-384");
  const auto jwt = check_jwt(*client_assertion(reading(key.get()), claims_, kNow), key.get());
  EXPECT_EQ(jwt.header.at("typ"), "JWT");
  EXPECT_EQ(jwt.header.at("kid"), "2026");
  EXPECT_EQ(jwt.claims.at("iss"), "loader");
  EXPECT_EQ(jwt.claims.at("sub"), "loader");
  EXPECT_EQ(jwt.claims.at("aud"), "https://h/token");
  const auto until = jwt.claims.at("exp").get<std::int64_t>();
  EXPECT_GT(until, 1'800'000'000);
  EXPECT_LE(until, 1'800'000'000 + 300);
}

TEST_F(ClientAssertion, IsSignedByRs384) {
  const auto key = tests::new_rsa_key();
  const auto jwt = check_jwt(*client_assertion(reading(key.get()), claims_, kNow), key.get());
  EXPECT_EQ(jwt.header.at("alg"), "RS384");
  EXPECT_TRUE(jwt.good);
}

// r and s are shorter than 48 bytes once in 128 signatures: such ones have to be filled up.
TEST_F(ClientAssertion, IsSignedByEs384InNinetySixBytes) {
  const auto key = tests::new_ec_key("P-384");
  const SigningKey signing = reading(key.get());
  for (int i = 0; i < 400; ++i) {
    const auto jwt = check_jwt(*client_assertion(signing, claims_, kNow), key.get());
    EXPECT_EQ(jwt.header.at("alg"), "ES384");
    EXPECT_EQ(jwt.signature.size(), 96U);
    ASSERT_TRUE(jwt.good);
  }
}

TEST_F(ClientAssertion, OfAnotherKeyDoesNotPass) {
  const auto key = tests::new_ec_key("P-384");
  const auto other = tests::new_ec_key("P-384");
  EXPECT_FALSE(check_jwt(*client_assertion(reading(key.get()), claims_, kNow), other.get()).good);
}

TEST_F(ClientAssertion, HasAnIdOfItsOwn) {
  const auto key = tests::new_ec_key("P-384");
  const SigningKey signing = reading(key.get());
  std::set<std::string> ids;
  for (int i = 0; i < 50; ++i) {
    const auto jwt = check_jwt(*client_assertion(signing, claims_, kNow), key.get());
    ids.insert(jwt.claims.at("jti").get<std::string>());
  }
  EXPECT_EQ(ids.size(), 50U);
  EXPECT_GE(ids.begin()->size(), 16U);
}

TEST_F(ClientAssertion, LeavesTheKeysNameOutWhereThereIsNone) {
  const auto key = tests::new_ec_key("P-384");
  const auto jwt = check_jwt(
      *client_assertion(reading(key.get()), {.client_id = "x", .audience = "y"}, kNow), key.get());
  EXPECT_FALSE(jwt.header.contains("kid"));
}

TEST_F(ClientAssertion, RefusesKeysThatSmartDoesNotKnow) {
  EXPECT_THAT(refusal(tests::new_ec_key("P-256").get()), HasSubstr("P-384"));
  EXPECT_THAT(refusal(tests::new_rsa_key(1'024).get()), HasSubstr("2048 bits"));
  EXPECT_THAT(refusal(tests::new_ec_key("P-384").get(), "sesame"), HasSubstr("is encrypted"));
}

TEST_F(ClientAssertion, RefusesAFileThatHoldsNoKey) {
  EXPECT_THAT(SigningKey::read(scratch_ / "none").error().message, HasSubstr("can't be read"));
  write_text(file_, "sesame");
  const core::Error error = SigningKey::read(file_).error();
  EXPECT_THAT(error.message, HasSubstr("no private key"));
  EXPECT_THAT(error.message, testing::Not(HasSubstr("sesame")));
}

}  // namespace
}  // namespace fhirehose::http
