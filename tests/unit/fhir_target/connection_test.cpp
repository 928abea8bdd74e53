#include <array>
#include <atomic>
#include <latch>
#include <string>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fhir-target/connection_stream.hpp"
#include "fhir-target/connection_threads.hpp"

namespace fhirehose::target {
namespace {

/// Two ends of a connection; the test holds the far one.
class ConnectionStreamTest : public testing::Test {
 protected:
  ConnectionStreamTest() { ::socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()); }
  ~ConnectionStreamTest() override {
    for (const int end : ends_) ::close(end);
  }
  void send(const std::string& text) const { ::send(ends_[1], text.data(), text.size(), 0); }
  /// What has arrived at the far end, without waiting.
  std::string arrived() const {
    std::string text(1 << 17, '\0');
    const ssize_t got = ::recv(ends_[1], text.data(), text.size(), MSG_DONTWAIT);
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
  }
  std::array<int, 2> ends_{};
};

TEST_F(ConnectionStreamTest, ReadsInPieces) {
  send("abcdef");
  ConnectionStream stream(ends_[0]);
  std::array<char, 4> piece{};
  EXPECT_EQ(stream.read(piece.data(), 4), 4);
  EXPECT_EQ(std::string(piece.data(), 4), "abcd");
  EXPECT_EQ(stream.read(piece.data(), 4), 2);
}

TEST_F(ConnectionStreamTest, HoldsAnswersBackUntilItHasToWait) {
  send("1");
  ConnectionStream stream(ends_[0]);
  stream.write("head", 4);
  stream.write("body", 4);
  EXPECT_EQ(arrived(), "");
  char byte = 0;
  EXPECT_EQ(stream.read(&byte, 1), 1);
  EXPECT_EQ(arrived(), "headbody");
}

TEST_F(ConnectionStreamTest, SendsALargeAnswerWithoutBeingAsked) {
  ConnectionStream stream(ends_[0]);
  const std::string large(70'000, 'x');
  stream.write(large.data(), large.size());
  EXPECT_EQ(arrived(), large);
}

TEST_F(ConnectionStreamTest, EndsWhenTheOtherSideCloses) {
  ConnectionStream stream(ends_[0]);
  ::shutdown(ends_[1], SHUT_RDWR);
  EXPECT_FALSE(stream.wait());
  char byte = 0;
  EXPECT_EQ(stream.read(&byte, 1), -1);
  stream.write("late", 4);
  EXPECT_FALSE(stream.flush());
}

TEST(ConnectionThreads, ServesConnectionsAtTheSameTime) {
  ConnectionThreads threads(3);
  std::latch all_there(3);
  for (int i = 0; i < 3; ++i) threads.enqueue([&] { all_there.arrive_and_wait(); });
  threads.shutdown();
  EXPECT_TRUE(all_there.try_wait());
}

TEST(ConnectionThreads, ServesMoreThanItHasThreads) {
  ConnectionThreads threads(2);
  std::atomic<int> served = 0;
  for (int i = 0; i < 50; ++i) threads.enqueue([&] { ++served; });
  threads.shutdown();
  EXPECT_EQ(served, 50);
}

}  // namespace
}  // namespace fhirehose::target
