#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include <curl/curl.h>

#include "http/answer_room.hpp"
#include "http/client.hpp"
#include "http/request.hpp"
#include "http/transfer.hpp"

namespace fhirehose::http {

/// What the client's thread runs: one curl multi handle, its transfers, and timers. add and stop
/// may be called from any thread, run from one.
class EventLoop {
 public:
  using Clock = std::chrono::steady_clock;

  explicit EventLoop(const ClientOptions& options);
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  void add(Request request, OnResponse callback);
  void add(Clock::time_point due, std::function<void()> task);
  /// Makes run return; what is under way is dropped.
  void stop();
  void run();

 private:
  struct Order {
    Request request;
    OnResponse callback;
  };
  struct Timer {
    Clock::time_point due;
    std::uint64_t sequence;  ///< of two that are due at once, the one set first
    std::function<void()> task;
  };

  bool take_inbox();
  bool may_sleep();
  void start(Order order);
  void finish_transfers();
  void finish(CURL* easy, CURLcode code);
  void run_due_timers();
  [[nodiscard]] int poll_timeout() const;
  static bool later(const Timer& a, const Timer& b);

  const ClientOptions options_;
  AnswerRoom room_;
  const std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi_;
  std::vector<std::unique_ptr<Transfer>> active_;
  std::vector<std::unique_ptr<Transfer>> idle_;  ///< an easy handle is worth keeping
  std::vector<Timer> timers_;                    ///< a heap, the next one in front

  std::mutex mutex_;
  std::vector<Order> orders_;
  std::vector<Timer> new_timers_;
  std::uint64_t timer_count_ = 0;
  bool stopping_ = false;
  /// Only who finds it set wakes the loop: callbacks add from the loop's own thread, and a wake
  /// costs three system calls.
  bool asleep_ = false;
};

}  // namespace fhirehose::http
