#include <array>
#include <atomic>
#include <cstring>
#include <latch>
#include <string>
#include <vector>

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

constexpr const char* kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789";

/// Ends that keep apart what was sent apart.
class DeliveryTest : public testing::Test {
 protected:
  DeliveryTest() { ::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends_.data()); }
  ~DeliveryTest() override {
    for (const int end : ends_) ::close(end);
  }
  Ending answer(const Delivery& delivery) const {
    ConnectionStream stream(ends_[0]);
    stream.deliver_as(delivery);
    stream.write(kAnswer, std::strlen(kAnswer));
    const Ending ending = stream.deliver();
    stream.flush();
    return ending;
  }
  std::vector<std::string> pieces() const {
    std::vector<std::string> found;
    std::string piece(1 << 17, '\0');
    ssize_t got = 0;
    while ((got = ::recv(ends_[1], piece.data(), piece.size(), MSG_DONTWAIT)) > 0)
      found.push_back(piece.substr(0, static_cast<std::size_t>(got)));
    return found;
  }
  std::array<int, 2> ends_{};
};

TEST_F(DeliveryTest, WholeIsOnePiece) {
  EXPECT_EQ(answer({}), Ending::kNone);
  EXPECT_EQ(pieces(), std::vector<std::string>{kAnswer});
}

TEST_F(DeliveryTest, CutEndsInsideTheBody) {
  const Delivery cut{.kind = Delivery::Kind::kCut, .cut_at = 0.5};
  EXPECT_EQ(answer(cut), Ending::kClose);
  EXPECT_EQ(pieces(),
            std::vector<std::string>{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234"});
}

TEST_F(DeliveryTest, TrickleSendsPieces) {
  EXPECT_EQ(answer({.kind = Delivery::Kind::kTrickle, .piece = 20}), Ending::kNone);
  EXPECT_EQ(pieces(), (std::vector<std::string>{"HTTP/1.1 200 OK\r\nCon",
                                                "tent-Length: 10\r\n\r\n0", "123456789"}));
}

TEST_F(DeliveryTest, ResetAndSilenceSendNothing) {
  EXPECT_EQ(answer({.kind = Delivery::Kind::kReset}), Ending::kReset);
  ::shutdown(ends_[1], SHUT_WR);
  EXPECT_EQ(answer({.kind = Delivery::Kind::kSilence}), Ending::kClose);
  EXPECT_TRUE(pieces().empty());
}

TEST_F(DeliveryTest, WhatWasAnsweredBeforeIsNotHarmed) {
  ConnectionStream stream(ends_[0]);
  stream.write("before", 6);
  stream.deliver_as({.kind = Delivery::Kind::kReset});
  stream.write("now", 3);
  EXPECT_EQ(stream.deliver(), Ending::kReset);
  EXPECT_EQ(pieces(), std::vector<std::string>{"before"});
}

TEST_F(DeliveryTest, ALargeAnswerIsHeldBackToo) {
  ConnectionStream stream(ends_[0]);
  stream.deliver_as({.kind = Delivery::Kind::kReset});
  const std::string large(70'000, 'x');
  stream.write(large.data(), large.size());
  EXPECT_TRUE(pieces().empty());
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
