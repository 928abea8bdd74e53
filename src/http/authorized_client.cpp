#include "http/authorized_client.hpp"

#include <algorithm>
#include <utility>

namespace fhirehose::http {

struct AuthorizedClient::Errand {
  Request request;
  OnResponse callback;
  std::uint32_t renewals = 0;
};

namespace {

/// For one request, where each time the new credentials end while they serve others.
constexpr std::uint32_t kMostRenewals = 5;

// Gateways say 403 of a token that has expired.
bool refuses_credentials(const Response& response) {
  return !response.failure && (response.status == 401 || response.status == 403);
}

}  // namespace

AuthorizedClient::AuthorizedClient(std::unique_ptr<Client> client,
                                   std::unique_ptr<Authorizer> authorizer)
    : authorizer_(std::move(authorizer)), client_(std::move(client)) {}

void AuthorizedClient::send(Request request, OnResponse callback) {
  if (!authorizer_) return client_->send(std::move(request), std::move(callback));
  attempt(std::make_shared<Errand>(Errand{std::move(request), std::move(callback)}));
}

void AuthorizedClient::after(std::chrono::milliseconds delay, std::function<void()> task) {
  client_->after(delay, std::move(task));
}

// A refusal may come at once, on the thread that sends; callbacks come on the client's only.
void AuthorizedClient::attempt(const ErrandHandle& errand) {
  authorizer_->authorize([this, errand](core::Result<Authorization> now) {
    if (now) return go(errand, *std::move(now));
    client_->after(
        {}, [errand, why = std::move(now).error()] { errand->callback(Response{.failure = why}); });
  });
}

void AuthorizedClient::go(const ErrandHandle& errand, Authorization now) {
  Request request = errand->request;
  request.headers.push_back(std::move(now.header));
  client_->send(std::move(request), [this, errand, edition = now.edition](Response response) {
    answered(errand, edition, std::move(response));
  });
}

// A request that waited for a connection while others had the credentials renewed was refused for
// what it carried, not for what there is; and credentials that have served others since have ended.
// Only new ones that are refused as well are the second refusal in a row.
void AuthorizedClient::answered(const ErrandHandle& errand, std::uint64_t edition,
                                Response response) {
  if (!refuses_credentials(response)) {
    if (!response.failure) accepted_ = std::max(accepted_, edition);
    return errand->callback(std::move(response));
  }
  const Renewal renewal = authorizer_->renew(edition);
  if (renewal == Renewal::kNone) return errand->callback(std::move(response));
  if (renewal == Renewal::kRenewed) {
    const bool again = errand->renewals++ > 0;
    const bool had_served = accepted_ == edition && errand->renewals <= kMostRenewals;
    if (again && !had_served) return errand->callback(std::move(response));
  }
  renewals_.fetch_add(1, std::memory_order_relaxed);
  attempt(errand);
}

}  // namespace fhirehose::http
