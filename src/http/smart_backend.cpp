#include "http/smart_backend.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/json_member.hpp"

namespace fhirehose::http {
namespace {

using std::chrono::seconds;

constexpr std::string_view kConfiguration = ".well-known/smart-configuration";
constexpr std::string_view kAssertionType =
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
constexpr seconds kLongestMargin{60};
/// Before a token that is still good is tried to be renewed again.
constexpr seconds kAfterFailure{5};
/// A server that says nothing: its tokens are renewed when they are refused.
constexpr seconds kUntold = std::chrono::hours(24 * 365);

/// For application/x-www-form-urlencoded.
std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string encoded;
  for (const char c : text) {
    if (kPlain.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

bool may_pass(int status) {
  return status == 408 || status == 425 || status == 429 || status >= 500;
}

/// ` (invalid_client)`: the word of RFC 6749, section 5.2, and nothing else of the answer.
std::string error_word(const Response& response) {
  const std::string word = core::text_member(response.body, "error").value_or("");
  const bool plain = word.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos;
  return word.empty() || !plain || word.size() > 40 ? "" : fmt::format(" ({})", word);
}

core::Result<Url> fail_discovery(core::ErrorKind kind, const Url& server, std::string_view why) {
  return core::fail(kind, fmt::format("{}: {}; --token-url says where tokens are to be had",
                                      server.authority, why));
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
}

}  // namespace

SmartBackend::SmartBackend(SmartOptions options, SigningKey key, Client& client)
    : options_(std::move(options)),
      key_(std::move(key)),
      client_(client),
      endpoint_(options_.token) {}

void SmartBackend::authorize(OnAuthorization callback) {
  std::unique_lock lock(mutex_);
  if (token_ && options_.clocks.steady() < token_->renew_at) {
    Authorization now = current();
    lock.unlock();
    return callback(std::move(now));
  }
  waiting_.push_back(std::move(callback));
  if (std::exchange(fetching_, true)) return;
  const std::optional<Url> endpoint = endpoint_;
  lock.unlock();
  if (endpoint) return exchange(*endpoint);
  discover();
}

Renewal SmartBackend::renew(std::uint64_t edition) {
  const std::lock_guard lock(mutex_);
  if (edition != edition_ || !token_) return Renewal::kOlder;
  token_.reset();
  return Renewal::kRenewed;
}

Authorization SmartBackend::current() const {
  return {.header = "Authorization: Bearer " + token_->text, .edition = edition_};
}

void SmartBackend::discover() {
  client_.send(
      {.url = below(options_.server, kConfiguration), .headers = {"Accept: application/json"}},
      [this](const Response& response) { configured(response); });
}

void SmartBackend::configured(const Response& response) {
  const core::Result<Url> endpoint = token_endpoint(response);
  if (!endpoint) return settle(tl::unexpected(endpoint.error()));
  {
    const std::lock_guard lock(mutex_);
    endpoint_ = *endpoint;
  }
  exchange(*endpoint);
}

// What would go to the endpoint in the clear opens the server to who listens; only a server that is
// spoken to in the clear itself may name such a one.
core::Result<Url> SmartBackend::token_endpoint(const Response& response) const {
  const Url& server = options_.server;
  if (response.failure) return tl::unexpected(*response.failure);
  if (!response.is_success()) {
    return fail_discovery(
        may_pass(response.status) ? core::ErrorKind::kRetry : core::ErrorKind::kUsage, server,
        fmt::format("the server answered {} to GET {}", response.status, kConfiguration));
  }
  const auto named = core::text_member(response.body, "token_endpoint");
  core::Result<Url> url = parse_url(named.value_or(""));
  if (!url || (server.secure && !url->secure)) {
    return fail_discovery(
        core::ErrorKind::kUsage, server,
        fmt::format("its {} names no token endpoint that can be used", kConfiguration));
  }
  return url;
}

void SmartBackend::exchange(const Url& endpoint) {
  const core::Result<std::string> assertion = client_assertion(
      key_, {.client_id = options_.client_id, .audience = endpoint.text, .key_id = options_.key_id},
      options_.clocks.wall());
  if (!assertion) return settle(tl::unexpected(assertion.error()));
  form_ = fmt::format(
      "grant_type=client_credentials&scope={}&client_assertion_type={}&client_assertion={}",
      percent_encoded(options_.scope), percent_encoded(kAssertionType), *assertion);
  form_run_ = form_;
  client_.send(
      {.method = Method::kPost,
       .url = endpoint,
       .headers = {"Content-Type: application/x-www-form-urlencoded", "Accept: application/json"},
       .body = {&form_run_, 1}},
      [this](const Response& response) { exchanged(response); });
}

void SmartBackend::exchanged(const Response& response) { settle(read_token(response)); }

core::Result<SmartBackend::Token> SmartBackend::read_token(const Response& response) const {
  if (response.failure) return tl::unexpected(*response.failure);
  if (!response.is_success()) {
    return core::fail(
        may_pass(response.status) ? core::ErrorKind::kRetry : core::ErrorKind::kStop,
        fmt::format("the token endpoint answered {}{}", response.status, error_word(response)));
  }
  std::string text = core::text_member(response.body, "access_token").value_or("");
  if (!is_token(text)) {
    return core::fail(core::ErrorKind::kStop, "the token endpoint's answer has no access token");
  }
  constexpr auto kLongest = static_cast<std::uint64_t>(kUntold.count());
  const auto told = core::number_member(response.body, "expires_in").value_or(kLongest);
  const seconds life(std::min(told, kLongest));
  const Instant now = options_.clocks.steady();
  return Token{.text = std::move(text),
               .renew_at = now + life - std::min(kLongestMargin, life / 4),
               .ends_at = now + life};
}

// Who waits gets the new token; or the old one as long as it is good; or hears why there is none.
void SmartBackend::settle(core::Result<Token> token) {
  std::vector<OnAuthorization> waiting;
  core::Result<Authorization> outcome =
      token ? core::Result<Authorization>() : tl::unexpected(token.error());
  {
    const std::lock_guard lock(mutex_);
    fetching_ = false;
    waiting.swap(waiting_);
    const Instant now = options_.clocks.steady();
    if (token) {
      token_ = *std::move(token);
      ++edition_;
    } else if (token_ && now < token_->ends_at) {
      token_->renew_at = std::min(token_->ends_at, now + kAfterFailure);
    } else {
      token_.reset();
    }
    if (token_) outcome = current();
  }
  for (const OnAuthorization& callback : waiting) callback(outcome);
}

}  // namespace fhirehose::http
