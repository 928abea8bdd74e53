#include "http/answer_room.hpp"

#include <utility>

namespace fhirehose::http {

bool AnswerRoom::take(CURL* transfer, std::uint64_t bytes, Clock::time_point now) {
  const auto wanted = static_cast<std::int64_t>(bytes);
  if (wanted > left_ && first_ == nullptr) first_ = transfer;
  if (wanted > left_ && first_ != transfer) {
    waiting_.push_back(transfer);
    return false;
  }
  left_ -= wanted;
  if (first_ == transfer) took_ = now;
  return true;
}

void AnswerRoom::give_back(CURL* transfer, std::uint64_t bytes) {
  left_ += static_cast<std::int64_t>(bytes);
  if (first_ == transfer) first_ = nullptr;
  std::erase(waiting_, transfer);
}

void AnswerRoom::resume() {
  // Each gets what has come meanwhile at once, and may have to wait again.
  for (CURL* const transfer : std::exchange(waiting_, {})) {
    curl_easy_pause(transfer, CURLPAUSE_CONT);
  }
}

void AnswerRoom::pass_by_stalled(Clock::time_point now) {
  constexpr std::chrono::seconds kLongest{2};
  if (!is_awaited() || (first_ != nullptr && now - took_ < kLongest)) return;
  first_ = nullptr;
  resume();
}

}  // namespace fhirehose::http
