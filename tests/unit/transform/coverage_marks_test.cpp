#include "transform/coverage_marks.hpp"

#include <string>

#include <gtest/gtest.h>

#include "memory/region.hpp"

namespace fhirehose {
namespace {

using transform::CoverageMarks;

/// `front` as a text of its own, with `behind` where the next record would stand.
struct Padded {
  Padded(const std::string& front, const std::string& behind)
      : all(front + behind + std::string(memory::kPadding, ' ')),
        text(std::string_view(all).substr(0, front.size())) {}
  std::string all;
  std::string_view text;
};

TEST(CoverageMarks, FindsTheWordAtEveryPlace) {
  for (std::size_t place = 0; place < 70; ++place) {
    for (const std::string word : {"overage", "\\u"}) {
      const Padded padded(std::string(place, 'v') + word, "");
      CoverageMarks marks(padded.text);
      EXPECT_EQ(marks.next(0), place);
      EXPECT_EQ(marks.next(place), place);
      EXPECT_EQ(marks.next(place + 1), CoverageMarks::kNowhere);
    }
  }
}

TEST(CoverageMarks, DoesNotLookIntoTheNextRecord) {
  for (std::size_t size = 0; size < 40; ++size) {
    const Padded whole(std::string(size, ' '), "overage\\u");
    EXPECT_EQ(CoverageMarks(whole.text).next(0), CoverageMarks::kNowhere);
    const Padded half(std::string(size, ' ') + "overa", "ge");
    EXPECT_EQ(CoverageMarks(half.text).next(0), CoverageMarks::kNowhere);
  }
}

TEST(CoverageMarks, TakesAddedPlacesInTheirTurn) {
  const Padded padded(R"({"a":"#1","coverage":2,"b":"#3"})", "");
  CoverageMarks marks(padded.text);
  marks.add(6);
  marks.add(28);
  EXPECT_EQ(marks.next(0), 6U);
  EXPECT_EQ(marks.next(7), 12U);
  EXPECT_EQ(marks.next(13), 28U);
  EXPECT_EQ(marks.next(29), CoverageMarks::kNowhere);
}

}  // namespace
}  // namespace fhirehose
