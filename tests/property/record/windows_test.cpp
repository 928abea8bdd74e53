#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include <gtest/gtest.h>

#include "unit/record/reading.hpp"

namespace fhirehose::record::test {
namespace {

/// Draws members of all the forms that the splitter tells apart, and then breaks some of them.
class MemberMaker {
 public:
  explicit MemberMaker(std::uint32_t seed) : random_(seed) {}

  std::string member() {
    std::string text = chance(8) ? std::string("\xEF\xBB\xBF") : std::string();
    text += chance(6) ? "\n \r\n" : "";
    switch (below(5)) {
      case 0:
        text += lines();
        break;
      case 1:
        text += pretty(bundle());
        break;
      case 2:
        text += bundle() + (chance(2) ? "\n" + lines() : "");
        break;
      case 3:
        text += chance(2) ? pretty(array()) : array();
        break;
      default:
        text += pretty(resource()) + end_of_line() + pretty(bundle()) + end_of_line() + resource();
    }
    return text + (chance(2) ? "\n" : "");
  }

  /// Cuts the end off, or overwrites, inserts or removes a byte.
  std::string broken_member() {
    std::string text = member();
    for (std::size_t damage = 1 + below(3); damage > 0 && !text.empty(); --damage) {
      constexpr std::string_view kBytes = "{}[]\"\\,:\n x1";
      const std::size_t at = below(text.size());
      const char byte = kBytes[below(kBytes.size())];
      if (const std::size_t kind = below(4); kind == 0) {
        text.resize(at);
      } else if (kind == 1) {
        text[at] = byte;
      } else if (kind == 2) {
        text.insert(at, 1, byte);
      } else {
        text.erase(at, 1);
      }
    }
    return text;
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }
  bool chance(std::size_t of) { return below(of) == 0; }
  std::string end_of_line() { return chance(4) ? "\r\n" : "\n"; }

  std::string text() {
    constexpr std::string_view kPieces[] = {"a",    "{",   "]}",       "\\\"",
                                            "\\\\", "\\n", "\xC3\xA9", "[,"};
    std::string out;
    for (std::size_t i = below(9); i > 0; --i) out += kPieces[below(std::size(kPieces))];
    return out;
  }

  std::string resource() {
    const std::string number = std::to_string(below(1000));
    std::string out = R"({"resourceType":"Observation")";
    if (!chance(5)) out += R"(,"id":")" + number + "\"";
    if (!chance(3)) out += R"(,"subject":{"reference":"Patient/)" + number + "\"}";
    if (!chance(3)) out += R"(,"note":[{"text":")" + text() + "\"},{}]";
    return out + R"(,"valueInteger":)" + number + "}";
  }

  std::string entry() {
    if (chance(12)) return chance(2) ? "17" : "\"text\"";
    if (chance(12)) return R"({"request":{"method":"DELETE","url":"Patient/1"}})";
    const std::string url = "urn:uuid:" + std::to_string(below(1000));
    return R"({"fullUrl":")" + url + R"(","resource":)" + resource() +
           R"(,"request":{"method":"POST","url":"Observation"}})";
  }

  std::string bundle() {
    std::string entries;
    for (std::size_t i = below(7); i > 0; --i) entries += entry() + (i > 1 ? "," : "");
    const std::string meta = chance(2) ? R"("meta":{"tag":[{"code":")" + text() + "\"}]}," : "";
    const std::string all = R"("entry":[)" + entries + "]";
    const std::string type = R"("type":"batch")";
    if (chance(4)) return R"({"type":"batch",)" + all + R"(,"resourceType":"Bundle"})";
    const bool type_last = chance(3);
    return R"({"resourceType":"Bundle",)" + meta +
           (type_last ? all + "," + type : type + "," + all) + "}";
  }

  std::string array() {
    std::string elements;
    for (std::size_t i = below(5); i > 0; --i) {
      elements += (chance(5) ? bundle() : resource()) + (i > 1 ? "," : "");
    }
    return "[" + elements + "]";
  }

  std::string lines() {
    std::string out;
    for (std::size_t i = 1 + below(8); i > 0; --i) {
      const std::size_t kind = below(10);
      out += kind == 0 ? bundle() : kind == 1 ? array() : kind == 2 ? text() : resource();
      out += end_of_line();
    }
    return out;
  }

  /// Breaks lines behind commas and brackets outside of strings.
  std::string pretty(const std::string& json) {
    const std::string indent = chance(4) ? "" : "  ";
    std::string out;
    bool in_string = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
      out += json[i];
      if (json[i] == '\\')
        out += json[++i];
      else if (json[i] == '"')
        in_string = !in_string;
      else if (!in_string && (json[i] == '{' || json[i] == '[' || json[i] == ','))
        out += "\n" + indent;
    }
    return out;
  }

  std::mt19937 random_;
};

void expect_same_in_all_windows(const std::string& text, std::uint64_t max_record) {
  const Reading whole = read_in_windows(text, text.size() + 1, max_record);
  ASSERT_EQ(whole.consumed, text.size());
  for (const std::size_t window : {1U, 2U, 3U, 7U, 16U, 33U, 64U, 100U, 257U, 1000U}) {
    SCOPED_TRACE("window " + std::to_string(window));
    const EndKnown end = window % 2 == 0 ? EndKnown::kAfterThem : EndKnown::kWithTheLastBytes;
    const Reading cut = read_in_windows(text, window, max_record, end);
    ASSERT_EQ(cut.consumed, text.size());
    ASSERT_EQ(cut.records, whole.records);
    ASSERT_EQ(cut.rejections, whole.rejections);
    ASSERT_EQ(cut.newlines, whole.newlines);
    ASSERT_EQ(cut.bundles.size(), whole.bundles.size());
    for (const auto& [offset, sum] : whole.bundles) {
      ASSERT_TRUE(cut.bundles.contains(offset));
      const BundlePart& other = cut.bundles.at(offset);
      ASSERT_EQ(other.type, sum.type);
      ASSERT_EQ(other.entries, sum.entries);
      ASSERT_EQ(other.bytes, sum.bytes);
      ASSERT_EQ(other.complete, sum.complete);
    }
  }
}

TEST(Windows, AnySizeGivesTheSameRecords) {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    const std::string text = MemberMaker(seed).member();
    SCOPED_TRACE("seed " + std::to_string(seed) + ": " + text);
    ASSERT_NO_FATAL_FAILURE(expect_same_in_all_windows(text, kMaxRecord));
  }
}

TEST(Windows, AnySizeGivesTheSameRecordsOfBrokenInput) {
  for (std::uint32_t seed = 0; seed < 500; ++seed) {
    const std::string text = MemberMaker(seed).broken_member();
    SCOPED_TRACE("seed " + std::to_string(seed) + ": " + text);
    ASSERT_NO_FATAL_FAILURE(expect_same_in_all_windows(text, kMaxRecord));
  }
}

TEST(Windows, AnySizeGivesTheSameRecordsWhenSomeExceedTheLimit) {
  for (std::uint32_t seed = 0; seed < 250; ++seed) {
    MemberMaker maker(seed);
    const std::string text = seed % 3 == 0 ? maker.broken_member() : maker.member();
    SCOPED_TRACE("seed " + std::to_string(seed) + ": " + text);
    ASSERT_NO_FATAL_FAILURE(expect_same_in_all_windows(text, 150));
  }
}

TEST(Windows, AnySizeGivesTheSameRecordsOfRealFiles) {
  const std::filesystem::path folder(FHIREHOSE_SHARED "/data/nasty");
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no " << folder;
  for (const char* const name : {"bad-utf8", "bom", "crlf", "interleaved-writers"}) {
    SCOPED_TRACE(name);
    std::ifstream in(folder / (std::string(name) + ".ndjson"), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const Reading whole = read_in_windows(text, text.size() + 1);
    for (const std::size_t window : {1000U, 4096U, 20'000U}) {
      const Reading cut = read_in_windows(text, window);
      EXPECT_TRUE(cut.records == whole.records);
      EXPECT_TRUE(cut.rejections == whole.rejections);
    }
  }
}

}  // namespace
}  // namespace fhirehose::record::test
