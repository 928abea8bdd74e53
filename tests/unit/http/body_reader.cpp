#include "http/body_reader.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace fhirehose::http {
namespace {

const std::vector<std::string_view> kRuns = {"abc", "", "d", "efghij"};

std::string read_all(BodyReader& reader, std::size_t step) {
  std::string text;
  std::string buffer(step, '\0');
  while (const std::size_t count = reader.read(buffer.data(), step)) text.append(buffer, 0, count);
  return text;
}

TEST(BodyReader, GivesTheSameTextForAnyBufferSize) {
  for (std::size_t step = 1; step <= 12; ++step) {
    BodyReader reader(kRuns);
    EXPECT_EQ(read_all(reader, step), "abcdefghij") << "buffer of " << step;
  }
}

TEST(BodyReader, FillsTheBufferAcrossRuns) {
  BodyReader reader(kRuns);
  std::string buffer(5, '\0');
  EXPECT_EQ(reader.read(buffer.data(), buffer.size()), 5U);
  EXPECT_EQ(buffer, "abcde");
}

TEST(BodyReader, KnowsItsSizeBeforeItIsRead) { EXPECT_EQ(BodyReader(kRuns).size(), 10U); }

TEST(BodyReader, StartsAgainAfterRewind) {
  BodyReader reader(kRuns);
  std::string buffer(4, '\0');
  reader.read(buffer.data(), buffer.size());
  reader.rewind();
  EXPECT_EQ(read_all(reader, 3), "abcdefghij");
}

TEST(BodyReader, OfNoRunsIsAtItsEnd) {
  BodyReader reader;
  char byte = 'x';
  EXPECT_EQ(reader.read(&byte, 1), 0U);
}

}  // namespace
}  // namespace fhirehose::http
