#include "http/gzip_body.hpp"

#include <vector>

#include <gtest/gtest.h>
#include <zlib.h>

namespace fhirehose::http {
namespace {

std::string gunzip(std::string packed) {
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  std::string text(20'000'000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  EXPECT_EQ(stream.avail_in, 0U);
  text.resize(stream.total_out);
  inflateEnd(&stream);
  return text;
}

TEST(GzipBody, HoldsItsRunsOneAfterTheOther) {
  const std::string large(3'000'000, 'x');
  const std::vector<std::string_view> runs = {"{\"a\":", "", large, "}"};
  const std::string packed = gzip_body(runs);
  EXPECT_LT(packed.size(), 100'000U);
  EXPECT_TRUE(gunzip(packed) == "{\"a\":" + large + "}");
}

TEST(GzipBody, HoldsWhatDoesNotShrink) {
  std::string noise(1'000'000, '\0');
  std::uint32_t state = 1;
  for (char& c : noise) {
    state = state * 1'664'525U + 1'013'904'223U;
    c = static_cast<char>(state >> 24U);
  }
  const std::string_view run = noise;
  EXPECT_TRUE(gunzip(gzip_body({&run, 1})) == noise);
}

TEST(GzipBody, OfNothingIsAMemberOfNothing) { EXPECT_EQ(gunzip(gzip_body({})), ""); }

}  // namespace
}  // namespace fhirehose::http
