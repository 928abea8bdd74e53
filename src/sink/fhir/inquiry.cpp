#include "sink/fhir/inquiry.hpp"

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/duration.hpp"
#include "sink/fhir/delivery.hpp"

namespace fhirehose::sink::fhir {
namespace {

/// Up to eight seconds with the usual waits: a restart behind a gateway passes, a wrong address
/// does not keep anybody waiting.
constexpr std::uint32_t kSends = 6;
constexpr std::chrono::milliseconds kLongestRetryAfter{10'000};

bool passes(const http::Response& response) {
  Answer answer{.status = response.status};
  if (response.failure) answer.failure = response.failure->kind;
  return may_pass(answer);
}

/// What one thread waits for and another one brings, maybe when nobody waits any more.
class Slot {
 public:
  void put(http::Response response) {
    {
      const std::lock_guard lock(mutex_);
      response_ = std::move(response);
    }
    came_.notify_all();
  }
  std::optional<http::Response> take(std::chrono::steady_clock::time_point until,
                                     const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    came_.wait_until(lock, stop, until, [this] { return response_.has_value(); });
    return std::exchange(response_, std::nullopt);
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any came_;
  std::optional<http::Response> response_;
};

void sleep_until(std::chrono::steady_clock::time_point due, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_until(lock, stop, due, [] { return false; });
}

}  // namespace

Inquiry::Inquiry(http::AuthorizedClient& client, const FhirOptions& options)
    : client_(client), headers_(options.headers), patience_(options.patience), stop_(options.stop) {
  patience_.longest_retry_after = std::min(patience_.longest_retry_after, kLongestRetryAfter);
  headers_.emplace_back("Accept: application/fhir+json");
}

http::Response Inquiry::get(const http::Url& url) {
  const Clock::time_point over = Clock::now() + patience_.total;
  http::Response response = ask(url, over);
  for (std::uint32_t failures = 1; failures < kSends && passes(response); ++failures) {
    const auto due = Clock::now() + backoff(patience_, failures, response.retry_after, 1.0);
    if (due >= over) break;
    sleep_until(due, stop_);
    response = ask(url, over);
  }
  return response;
}

http::Response Inquiry::ask(const http::Url& url, Clock::time_point until) {
  if (stop_.stop_requested()) return {.failure = why_no_answer()};
  const auto slot = std::make_shared<Slot>();
  client_.send({.url = url, .headers = headers_},
               [slot](http::Response came) { slot->put(std::move(came)); });
  auto response = slot->take(until, stop_);
  return response ? *std::move(response) : http::Response{.failure = why_no_answer()};
}

core::Error Inquiry::why_no_answer() const {
  if (stop_.stop_requested()) return {core::ErrorKind::kStop, "it was asked to stop"};
  return {core::ErrorKind::kStop, fmt::format("the server did not answer within {}",
                                              core::format_duration(patience_.total))};
}

}  // namespace fhirehose::sink::fhir
