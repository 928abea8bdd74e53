#include "sink/fhir/server_probe.hpp"

#include <algorithm>
#include <future>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sink/fhir/delivery.hpp"

namespace fhirehose::sink::fhir {
namespace {

// A whole CapabilityStatement of HAPI's is 2.5 MB and takes seconds the first time; these
// elements are 300 bytes.
constexpr std::string_view kShort =
    "metadata?_elements=software,fhirVersion,publisher,implementation";
constexpr std::string_view kWhole = "metadata";

/// Up to eight seconds with the usual waits: a restart behind a gateway passes, a wrong address
/// does not keep anybody waiting.
constexpr std::uint32_t kSends = 6;
constexpr std::chrono::milliseconds kLongestRetryAfter{10'000};

/// Asks, and asks again what may pass. Blocks.
class Inquiry {
 public:
  Inquiry(http::AuthorizedClient& client, const FhirOptions& options)
      : client_(client), headers_(options.headers), patience_(options.patience) {
    patience_.longest_retry_after = std::min(patience_.longest_retry_after, kLongestRetryAfter);
    headers_.emplace_back("Accept: application/fhir+json");
  }

  http::Response get(const http::Url& url) {
    http::Response response = ask(url);
    for (std::uint32_t failures = 1; failures < kSends && passes(response); ++failures) {
      wait(backoff(patience_, failures, response.retry_after, 1.0));
      response = ask(url);
    }
    return response;
  }

 private:
  static bool passes(const http::Response& response) {
    Answer answer{.status = response.status};
    if (response.failure) answer.failure = response.failure->kind;
    return may_pass(answer);
  }

  http::Response ask(const http::Url& url) {
    const auto promise = std::make_shared<std::promise<http::Response>>();
    client_.send({.url = url, .headers = headers_},
                 [promise](http::Response came) { promise->set_value(std::move(came)); });
    return promise->get_future().get();
  }

  void wait(std::chrono::milliseconds delay) {
    const auto over = std::make_shared<std::promise<void>>();
    client_.after(delay, [over] { over->set_value(); });
    over->get_future().wait();
  }

  http::AuthorizedClient& client_;
  std::vector<std::string> headers_;
  Patience patience_;
};

bool is_success(const http::Response& response) {
  return !response.failure && response.status >= 200 && response.status <= 299;
}

bool wants_credentials(const http::Response& response) {
  return !response.failure && (response.status == 401 || response.status == 403);
}

core::Result<record::Capabilities> refuse(const http::Url& base, std::string_view why) {
  return core::fail(core::ErrorKind::kUsage, fmt::format("{}: {}", base.text, why));
}

std::string why_no_answer(const http::Response& response) {
  if (response.failure) {
    const bool gone = response.failure->kind == core::ErrorKind::kRetry;
    return fmt::format("{}{}", gone ? "can't be reached: " : "", response.failure->message);
  }
  return fmt::format("the server answered {} to GET metadata{}", response.status,
                     wants_credentials(response) ? ": it wants other credentials" : "");
}

}  // namespace

core::Result<record::Capabilities> probe(http::AuthorizedClient& client, const http::Url& base,
                                         const FhirOptions& options) {
  Inquiry inquiry(client, options);
  http::Response response = inquiry.get(http::below(base, kShort));
  const bool refused = response.status >= 400 && response.status < 500;
  if (refused && !wants_credentials(response)) {
    response = inquiry.get(http::below(base, kWhole));
  }
  if (!is_success(response)) return refuse(base, why_no_answer(response));
  auto capabilities = record::read_capabilities(response.body);
  if (!capabilities)
    return refuse(base, "is no FHIR server: its metadata is no CapabilityStatement");
  const std::string& version = capabilities->fhir_version;
  if (!version.empty() && !version.starts_with("4.")) {
    return refuse(base, fmt::format("speaks FHIR {}, not R4", version));
  }
  return *std::move(capabilities);
}

}  // namespace fhirehose::sink::fhir
