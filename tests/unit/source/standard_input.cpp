#include "source/standard_input.hpp"

#include <array>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "scratch.hpp"

namespace fhirehose::source {
namespace {

using namespace testing;

/// A pipe whose one end a test fills, in pieces.
class Pipe {
 public:
  Pipe() { EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC), 0); }
  ~Pipe() {
    ::close(ends_[0]);
    close();
  }
  [[nodiscard]] int descriptor() const { return ends_[0]; }
  void put(std::string_view text) const {
    EXPECT_EQ(::write(ends_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void close() {
    if (ends_[1] >= 0) ::close(std::exchange(ends_[1], -1));
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

TEST(StreamReader, GivesAllOfAPipeWhateverItsPieces) {
  Pipe pipe;
  const std::string text(200'000, 'x');
  std::thread writer([&] {
    for (std::size_t at = 0; at < text.size(); at += 7'000) {
      pipe.put(std::string_view(text).substr(at, 7'000));
      std::this_thread::yield();
    }
    pipe.close();
  });
  StreamReader reader(pipe.descriptor(), {});
  std::string piece(150'000, '\0');
  EXPECT_EQ(reader.read(piece).value_or(0), 150'000U);
  EXPECT_EQ(reader.read(piece).value_or(0), 50'000U);
  EXPECT_EQ(reader.read(piece).value_or(1), 0U);
  writer.join();
}

std::uint64_t fingerprint_by_fours(const std::vector<std::string>& pieces) {
  Pipe pipe;
  for (const std::string& piece : pieces) pipe.put(piece);
  pipe.close();
  StreamReader reader(pipe.descriptor(), {});
  EXPECT_EQ(read_all(reader, 4).error, "");
  return reader.fingerprint();
}

TEST(StreamReader, TellsContentsApartAndNotHowTheyCame) {
  EXPECT_EQ(fingerprint_by_fours({"abcdefg"}), fingerprint_by_fours({"a", "bcdef", "g"}));
  EXPECT_NE(fingerprint_by_fours({"abcdefg"}), fingerprint_by_fours({"abcdefh"}));
  EXPECT_NE(fingerprint_by_fours({"abcdefgh"}), fingerprint_by_fours({"efghabcd"}));
  EXPECT_NE(fingerprint_by_fours({"abcd"}), fingerprint_by_fours({"abcdabcd"}));
}

TEST(StreamReader, EndsWhenItIsAskedToThoughThePipeGivesNothing) {
  const Pipe pipe;
  std::stop_source stop;
  StreamReader reader(pipe.descriptor(), stop.get_token());
  std::thread asking([&] { stop.request_stop(); });
  std::string piece(4, '\0');
  const auto got = reader.read(piece);
  asking.join();
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, core::ErrorKind::kStop);
}

TEST(StreamReader, SaysWhyItCanNotRead) {
  const int folder = ::open("/", O_RDONLY | O_CLOEXEC);
  StreamReader reader(folder, {});
  EXPECT_EQ(read_all(reader).error, "can't be read: Is a directory");
  ::close(folder);
}

class FileBehind : public Scratch {};

TEST_F(FileBehind, BeginsWhereTheDescriptorStands) {
  write("x", "0123456789");
  const int descriptor = ::open("x", O_RDONLY | O_CLOEXEC);
  std::string text(4, '\0');
  ASSERT_EQ(::read(descriptor, text.data(), 4), 4);
  const auto file = file_behind(descriptor);
  ::close(descriptor);
  ASSERT_TRUE(file && *file);
  EXPECT_EQ((*file)->bytes, 6U);
  EXPECT_EQ((*file)->read_at(0, text).value_or(0), 4U);
  EXPECT_EQ(text, "4567");
}

TEST_F(FileBehind, IsNoneOfAPipe) {
  const Pipe pipe;
  const auto file = file_behind(pipe.descriptor());
  ASSERT_TRUE(file);
  EXPECT_FALSE(*file);
  EXPECT_FALSE(file_behind(-1));
}

}  // namespace
}  // namespace fhirehose::source
