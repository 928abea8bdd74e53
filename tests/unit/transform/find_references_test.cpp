#include "transform/find_references.hpp"

#include <gtest/gtest.h>

#include "record/parse.hpp"
#include "support/batch_builder.hpp"

namespace fhirehose {
namespace {

TEST(FindReferences, FindsWhatParseFinds) {
  const auto by_hand = tests::batch_of(
      R"({"resourceType":"Basic","a":[{"reference":"#1"},[{"b":{"ref\u0065rence":"urn:uuid:2"}}]],)"
      R"("reference":"Patient/0","c":{"reference":{"reference":"Patient\/3","x":"reference"}},)"
      R"("n":{"reference":4},"d":{"reference":"http://a.example/Group/5/_history/6"},)"
      R"("e":{"reference":"Coverage?identifier=7"},"f":{"reference":""}})");
  const auto parsed = record::parse(by_hand.chunk, record::Cut{});
  ASSERT_EQ(parsed.references.size(), 6U);
  ASSERT_EQ(by_hand.references.size(), 6U);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(by_hand.references[i].text(), parsed.references[i].text());
    EXPECT_EQ(by_hand.references[i].kind, parsed.references[i].kind);
    EXPECT_EQ(by_hand.references[i].escaped, parsed.references[i].escaped);
    EXPECT_EQ(by_hand.references[i].type, parsed.references[i].type);
  }
}

}  // namespace
}  // namespace fhirehose
