#include "sink/fhir/inquiry.hpp"

#include <algorithm>
#include <future>
#include <memory>
#include <utility>

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

}  // namespace

Inquiry::Inquiry(http::AuthorizedClient& client, const FhirOptions& options)
    : client_(client), headers_(options.headers), patience_(options.patience) {
  patience_.longest_retry_after = std::min(patience_.longest_retry_after, kLongestRetryAfter);
  headers_.emplace_back("Accept: application/fhir+json");
}

http::Response Inquiry::get(const http::Url& url) {
  http::Response response = ask(url);
  for (std::uint32_t failures = 1; failures < kSends && passes(response); ++failures) {
    wait(backoff(patience_, failures, response.retry_after, 1.0));
    response = ask(url);
  }
  return response;
}

http::Response Inquiry::ask(const http::Url& url) {
  const auto promise = std::make_shared<std::promise<http::Response>>();
  client_.send({.url = url, .headers = headers_},
               [promise](http::Response came) { promise->set_value(std::move(came)); });
  return promise->get_future().get();
}

void Inquiry::wait(std::chrono::milliseconds delay) {
  const auto over = std::make_shared<std::promise<void>>();
  client_.after(delay, [over] { over->set_value(); });
  over->get_future().wait();
}

}  // namespace fhirehose::sink::fhir
