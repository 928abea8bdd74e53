#include "http/answer_room.hpp"

#include <memory>

#include <gtest/gtest.h>

namespace fhirehose::http {
namespace {

using Easy = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

Easy easy() { return {curl_easy_init(), &curl_easy_cleanup}; }

TEST(AnswerRoom, LetsOneGoOnWhereThereIsNoneLeft) {
  const Easy a = easy(), b = easy(), c = easy();
  AnswerRoom room(100);
  EXPECT_TRUE(room.take(a.get(), 60));
  EXPECT_TRUE(room.take(b.get(), 60)) << "somebody has to";
  EXPECT_FALSE(room.take(c.get(), 1));
  EXPECT_FALSE(room.take(a.get(), 1));
  EXPECT_TRUE(room.take(b.get(), 1'000));
}

TEST(AnswerRoom, HasRoomAgainForTheNextOnceThatOneIsDone) {
  const Easy a = easy(), b = easy(), c = easy();
  AnswerRoom room(100);
  EXPECT_TRUE(room.take(a.get(), 90));
  EXPECT_TRUE(room.take(b.get(), 60));
  EXPECT_FALSE(room.take(c.get(), 20));
  room.give_back(b.get(), 60);
  EXPECT_TRUE(room.take(c.get(), 20)) << "it is the first now";
  EXPECT_FALSE(room.take(a.get(), 20));
  room.give_back(c.get(), 20);
  room.give_back(a.get(), 90);
  EXPECT_TRUE(room.take(b.get(), 100));
}

}  // namespace
}  // namespace fhirehose::http
