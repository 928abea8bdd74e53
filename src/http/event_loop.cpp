#include "http/event_loop.hpp"

#include <algorithm>
#include <utility>

#include "core/invariant.hpp"

namespace fhirehose::http {
namespace {

CURLM* new_multi() {
  // Once a process, before the first handle: the runtime guards a local static.
  static const CURLcode kInitialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  CURLM* const multi = kInitialised == CURLE_OK ? curl_multi_init() : nullptr;
  if (multi == nullptr) core::broken_invariant("curl can't be initialised");
  return multi;
}

}  // namespace

EventLoop::EventLoop(const ClientOptions& options)
    : options_(options), room_(options.response_bytes), multi_(new_multi(), &curl_multi_cleanup) {
  const long connections = options.connections;
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, connections);
  curl_multi_setopt(multi_.get(), CURLMOPT_MAX_TOTAL_CONNECTIONS, connections);
}

// A transfer leaves the multi handle before its callback goes: the callback keeps the body alive.
EventLoop::~EventLoop() {
  for (const auto& transfer : active_) curl_multi_remove_handle(multi_.get(), transfer->easy());
}

void EventLoop::add(Request request, OnResponse callback) {
  {
    const std::lock_guard lock(mutex_);
    orders_.push_back({std::move(request), std::move(callback)});
    if (!std::exchange(asleep_, false)) return;
  }
  curl_multi_wakeup(multi_.get());
}

void EventLoop::add(Clock::time_point due, std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    new_timers_.push_back({due, timer_count_++, std::move(task)});
    if (!std::exchange(asleep_, false)) return;
  }
  curl_multi_wakeup(multi_.get());
}

void EventLoop::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    if (!std::exchange(asleep_, false)) return;
  }
  curl_multi_wakeup(multi_.get());
}

void EventLoop::run() {
  while (take_inbox()) {
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    finish_transfers();
    run_due_timers();
    room_.pass_by_stalled(Clock::now());
    if (may_sleep()) curl_multi_poll(multi_.get(), nullptr, 0, poll_timeout(), nullptr);
  }
}

bool EventLoop::may_sleep() {
  const std::lock_guard lock(mutex_);
  asleep_ = orders_.empty() && new_timers_.empty() && !stopping_;
  return asleep_;
}

bool EventLoop::take_inbox() {
  std::vector<Order> orders;
  {
    const std::lock_guard lock(mutex_);
    asleep_ = false;
    if (stopping_) return false;
    orders.swap(orders_);
    for (Timer& timer : new_timers_) {
      timers_.push_back(std::move(timer));
      std::push_heap(timers_.begin(), timers_.end(), later);
    }
    new_timers_.clear();
  }
  for (Order& order : orders) start(std::move(order));
  return true;
}

void EventLoop::start(Order order) {
  std::unique_ptr<Transfer> transfer;
  if (idle_.empty()) {
    transfer = std::make_unique<Transfer>(options_, room_);
  } else {
    transfer = std::move(idle_.back());
    idle_.pop_back();
  }
  transfer->prepare(std::move(order.request), std::move(order.callback));
  curl_multi_add_handle(multi_.get(), transfer->easy());
  active_.push_back(std::move(transfer));
}

void EventLoop::finish_transfers() {
  int waiting = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &waiting)) {
    // The message does not survive the removal of its handle.
    if (message->msg == CURLMSG_DONE) finish(message->easy_handle, message->data.result);
  }
}

void EventLoop::finish(CURL* easy, CURLcode code) {
  const auto found = std::find_if(active_.begin(), active_.end(), [easy](const auto& transfer) {
    return transfer->easy() == easy;
  });
  if (found == active_.end()) core::broken_invariant("curl ended a transfer that it was not given");
  curl_multi_remove_handle(multi_.get(), easy);
  if ((*found)->met_a_closed_connection(code)) {
    (*found)->prepare_again();
    curl_multi_add_handle(multi_.get(), easy);
    return room_.resume();
  }
  std::unique_ptr<Transfer> transfer = std::move(*found);
  *found = std::move(active_.back());
  active_.pop_back();
  Response response = transfer->response(code);
  const OnResponse callback = transfer->release();
  idle_.push_back(std::move(transfer));
  room_.resume();
  callback(std::move(response));
}

void EventLoop::run_due_timers() {
  while (!timers_.empty() && timers_.front().due <= Clock::now()) {
    std::pop_heap(timers_.begin(), timers_.end(), later);
    const Timer timer = std::move(timers_.back());
    timers_.pop_back();
    timer.task();
  }
}

// Rounded up, so that a timer is due when the wait for it is over. curl's own timers and
// curl_multi_wakeup end the wait earlier.
int EventLoop::poll_timeout() const {
  const std::int64_t longest = room_.is_awaited() ? 500 : 60'000;
  if (timers_.empty()) return static_cast<int>(longest);
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(timers_.front().due - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, longest));
}

bool EventLoop::later(const Timer& a, const Timer& b) {
  return a.due != b.due ? a.due > b.due : a.sequence > b.sequence;
}

}  // namespace fhirehose::http
