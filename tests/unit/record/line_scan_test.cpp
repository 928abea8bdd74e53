#include "record/line_scan.hpp"

#include <random>
#include <string>

#include <gtest/gtest.h>

#include "memory/region.hpp"

namespace fhirehose::record {
namespace {

LineScan scan(std::string text, std::size_t enough) {
  const std::size_t size = text.size();
  // What stands behind a text must not be seen.
  text.append(memory::kPadding, '\n');
  LineScan lines;
  lines.ends = {7};
  scan_lines({text.data(), size}, enough, lines);
  return lines;
}

LineScan scan_naively(const std::string& text, std::size_t enough) {
  LineScan lines;
  while (lines.size < text.size() && (lines.size < enough || lines.ends.empty())) {
    lines.ends.push_back(std::min(text.find('\n', lines.size), text.size()));
    lines.size = std::min(lines.ends.back() + 1, text.size());
  }
  lines.backslash = text.substr(0, lines.size).find('\\');
  return lines;
}

TEST(LineScan, FindsTheLinesAndTheFirstBackslashOfWholeTexts) {
  std::mt19937 random(5);
  for (int round = 0; round < 5'000; ++round) {
    std::string text(1 + random() % 300, 'x');
    for (std::size_t i = random() % 12; i > 0; --i) text[random() % text.size()] = '\n';
    for (std::size_t i = random() % 3; i > 0; --i) text[random() % text.size()] = '\\';
    const LineScan found = scan(text, text.size());
    const LineScan expected = scan_naively(text, text.size());
    ASSERT_EQ(found.ends, expected.ends) << text;
    ASSERT_EQ(found.size, text.size()) << text;
    ASSERT_EQ(found.backslash, expected.backslash) << text;
  }
}

TEST(LineScan, TakesWholeLinesAndNotMuchMoreThanIsEnough) {
  std::string text;
  for (int line = 0; line < 100; ++line) text += "0123456789\n";
  const LineScan lines = scan(text, 256);
  EXPECT_EQ(lines.size, lines.ends.size() * 11);
  EXPECT_LE(lines.size, 256);
  EXPECT_GT(lines.size, 256 - 11);
}

TEST(LineScan, TakesALineThatIsLongerThanEnough) {
  const std::string text = std::string(1'000, 'x') + "\ny\n";
  const LineScan lines = scan(text, 64);
  ASSERT_FALSE(lines.ends.empty());
  EXPECT_EQ(lines.ends.front(), 1'000);
}

TEST(LineScan, KnowsNoBackslashBehindItsLines) {
  const std::string text = std::string(70, 'x') + "\nrest\\" + std::string(200, 'x') + "\n";
  const LineScan lines = scan(text, 128);
  EXPECT_EQ(lines.size, 71);
  EXPECT_EQ(lines.backslash, std::string_view::npos);
}

}  // namespace
}  // namespace fhirehose::record
