#include "http/answer_room.hpp"

#include <memory>

#include <gtest/gtest.h>

namespace fhirehose::http {
namespace {

using Easy = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

constexpr AnswerRoom::Clock::time_point kStart{};

Easy easy() { return {curl_easy_init(), &curl_easy_cleanup}; }

TEST(AnswerRoom, LetsOneGoOnWhereThereIsNoneLeft) {
  const Easy a = easy(), b = easy(), c = easy();
  AnswerRoom room(100);
  EXPECT_TRUE(room.take(a.get(), 60, kStart));
  EXPECT_TRUE(room.take(b.get(), 60, kStart)) << "somebody has to";
  EXPECT_FALSE(room.take(c.get(), 1, kStart));
  EXPECT_FALSE(room.take(a.get(), 1, kStart));
  EXPECT_TRUE(room.take(b.get(), 1'000, kStart));
}

TEST(AnswerRoom, HasRoomAgainForTheNextOnceThatOneIsDone) {
  const Easy a = easy(), b = easy(), c = easy();
  AnswerRoom room(100);
  EXPECT_TRUE(room.take(a.get(), 90, kStart));
  EXPECT_TRUE(room.take(b.get(), 60, kStart));
  EXPECT_FALSE(room.take(c.get(), 20, kStart));
  room.give_back(b.get(), 60);
  EXPECT_TRUE(room.take(c.get(), 20, kStart)) << "it is the first now";
  EXPECT_FALSE(room.take(a.get(), 20, kStart));
  room.give_back(c.get(), 20);
  room.give_back(a.get(), 90);
  EXPECT_TRUE(room.take(b.get(), 100, kStart));
}

TEST(AnswerRoom, DoesNotWaitForOneThatGetsNothing) {
  using namespace std::chrono_literals;
  const Easy a = easy(), b = easy();
  AnswerRoom room(100);
  EXPECT_TRUE(room.take(a.get(), 101, kStart));
  room.pass_by_stalled(kStart + 1h);
  EXPECT_FALSE(room.take(b.get(), 101, kStart)) << "nobody waited";
  EXPECT_TRUE(room.take(a.get(), 1, kStart + 1h));
  room.pass_by_stalled(kStart + 1h + 1s);
  EXPECT_TRUE(room.is_awaited());
  room.pass_by_stalled(kStart + 1h + 2s);
  EXPECT_FALSE(room.is_awaited());
  EXPECT_TRUE(room.take(b.get(), 101, kStart));
  EXPECT_FALSE(room.take(a.get(), 1, kStart));
}

}  // namespace
}  // namespace fhirehose::http
