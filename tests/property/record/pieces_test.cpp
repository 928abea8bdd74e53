#include <random>
#include <string>

#include <gtest/gtest.h>

#include "unit/record/walking.hpp"

namespace fhirehose::record::test {
namespace {

/// Draws one record, or what is nearly one.
class RecordMaker {
 public:
  explicit RecordMaker(std::uint32_t seed) : random_(seed) {}

  std::string record() {
    std::string out = R"({"resourceType":"Observation")";
    for (std::size_t i = 0; i < 1 + below(6); ++i) {
      out += blank() + ",\"m" + std::to_string(i) + "\":" + value(4);
    }
    return out + blank() + "}";
  }

  std::string broken_record() {
    std::string text = record();
    for (std::size_t damage = 1 + below(3); damage > 0; --damage) {
      constexpr std::string_view kBytes = "{}[]\"\\,:\n x1";
      const std::size_t at = 1 + below(text.size() - 1);
      text.replace(at, below(2), 1, kBytes[below(kBytes.size())]);
    }
    return text;
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }
  std::string blank() { return std::string(below(8) == 0 ? below(70) : 0, ' '); }

  std::string string() {
    constexpr std::string_view kParts[] = {"a",     "{",     "]}",       R"(\")",
                                           R"(\\)", R"(\n)", "\xC3\xA9", "[,"};
    std::string out = "\"";
    for (std::size_t i = below(below(10) == 0 ? 90 : 6); i > 0; --i) out += kParts[below(8)];
    return out + "\"";
  }

  std::string value(std::size_t room) {
    switch (below(room == 0 ? 3 : 6)) {
      case 0:
        return string();
      case 1:
        return "-1.5e3" + blank();
      case 2:
        return blank() + "true";
      case 3:
        return R"({"reference":"Patient/)" + std::to_string(below(100)) + "\"}";
      case 4:
        return "[" + several(room, "") + "]";
      default:
        return "{" + several(room, "\"k\":") + "}";
    }
  }

  std::string several(std::size_t room, const std::string& front) {
    std::string out = blank();
    for (std::size_t i = below(5); i > 0; --i) {
      out += front + value(room - 1) + blank() + (i > 1 ? "," : "");
    }
    return out;
  }

  std::mt19937 random_;
};

std::size_t pieces_of(std::string_view text, std::size_t piece) {
  const auto chunk = chunk_of(text);
  StructuralIndex index(piece);
  std::size_t pieces = 1;
  for (index.read(chunk->bytes); index.has_more(); index.read_on()) ++pieces;
  return pieces;
}

constexpr std::size_t kSizes[] = {1, 2, 3, 7, 16, 63, 64, 65, 200};

TEST(Pieces, OfAnySizeAreWalkedAsTheWhole) {
  std::size_t most = 0;
  for (std::uint32_t seed = 0; seed < 1'000; ++seed) {
    const std::string text = RecordMaker(seed).record();
    SCOPED_TRACE("seed " + std::to_string(seed) + ": " + text);
    const Walked whole = walk_in_pieces(text, text.size());
    ASSERT_EQ(whole.body, text);
    for (const std::size_t piece : kSizes) ASSERT_EQ(walk_in_pieces(text, piece), whole) << piece;
    most = std::max(most, pieces_of(text, 1));
  }
  EXPECT_GT(most, 20U);
}

TEST(Pieces, OfAnySizeAreRefusedAsTheWhole) {
  std::size_t broken = 0;
  for (std::uint32_t seed = 0; seed < 3'000; ++seed) {
    const std::string text = RecordMaker(seed).broken_record();
    SCOPED_TRACE("seed " + std::to_string(seed) + ": " + text);
    const Walked whole = walk_in_pieces(text, text.size());
    if (!whole.good) ++broken;
    for (const std::size_t piece : kSizes) {
      const Walked parts = walk_in_pieces(text, piece);
      ASSERT_EQ(parts, whole) << piece;
      ASSERT_LE(parts.fault, text.size()) << piece;
    }
  }
  EXPECT_GT(broken, 1'000U);
}

TEST(Pieces, AreBoundedWhateverTheText) {
  const std::string texts[] = {std::string(3'000'000, '['), std::string(3'000'000, ']'),
                               std::string(3'000'000, ':')};
  for (const std::string& text : texts) {
    const auto chunk = chunk_of(text);
    StructuralIndex index(1'000);
    index.read(chunk->bytes);
    EXPECT_TRUE(index.has_more());
    EXPECT_LE(index.tokens().size(), 1'001'000U);
  }
}

}  // namespace
}  // namespace fhirehose::record::test
