#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include <curl/curl.h>

namespace fhirehose::http {

/// Room for the answers that are under way, all together: one of a hundred connections must not
/// bring as much as one that is alone may. Where there is none left, the one that has asked first
/// goes on and the others pause, until it is done or gets nothing for a while. One thread.
class AnswerRoom {
 public:
  explicit AnswerRoom(std::uint64_t bytes) : left_(static_cast<std::int64_t>(bytes)) {}

  using Clock = std::chrono::steady_clock;

  /// Whether `transfer` may take so much more now. If not it pauses until `resume`.
  bool take(CURL* transfer, std::uint64_t bytes, Clock::time_point now);
  /// `transfer` is done with the `bytes` that it has taken.
  void give_back(CURL* transfer, std::uint64_t bytes);
  /// Has those go on that paused. Not from a callback of curl's.
  void resume();
  /// Lets another one go on where any waits for one that gets nothing. Not from a callback of
  /// curl's.
  void pass_by_stalled(Clock::time_point now);
  [[nodiscard]] bool is_awaited() const { return !waiting_.empty(); }

 private:
  std::int64_t left_;         ///< below zero by what the one that goes first has taken beyond
  CURL* first_ = nullptr;     ///< who may take more than is left
  Clock::time_point took_{};  ///< when it did so last
  std::vector<CURL*> waiting_;
};

}  // namespace fhirehose::http
