#include "fhir-target/body.hpp"

#include <string>

#include <gtest/gtest.h>
#include <simdjson.h>

namespace fhirehose::target {
namespace {

TEST(Body, KeepsWhatIsAppended) {
  Body body;
  std::string expected;
  for (int i = 0; i < 2000; ++i) {
    const std::string piece = std::to_string(i) + ",";
    body.append(piece);
    expected += piece;
  }
  EXPECT_EQ(body.text(), expected);
}

TEST(Body, HasPaddingBehindItsText) {
  for (const std::size_t size : {1U, 4096U, 100000U}) {
    const Body body(std::string(size, 'x'));
    EXPECT_GE(body.readable(), size + simdjson::SIMDJSON_PADDING);
  }
}

TEST(Body, ClearForgetsTheText) {
  Body body("old and long");
  body.clear();
  EXPECT_TRUE(body.text().empty());
  body.append("new");
  EXPECT_EQ(body.text(), "new");
}

TEST(Body, ClearGivesLargeMemoryBackAndKeepsSmall) {
  Body small(std::string(1000, 'x'));
  small.clear();
  EXPECT_GT(small.readable(), 0U);
  Body large(std::string(5'000'000, 'x'));
  large.clear();
  EXPECT_EQ(large.readable(), 0U);
}

}  // namespace
}  // namespace fhirehose::target
