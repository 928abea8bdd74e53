#include "http/authorized_client.hpp"

#include <utility>

namespace fhirehose::http {

struct AuthorizedClient::Errand {
  Request request;
  OnResponse callback;
  bool renewed = false;
};

namespace {

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
// what it carried, not for what there is: only new credentials that are refused as well are the
// second refusal in a row. It ends: each request has new ones made at most twice.
void AuthorizedClient::answered(const ErrandHandle& errand, std::uint64_t edition,
                                Response response) {
  if (!refuses_credentials(response)) return errand->callback(std::move(response));
  const Renewal renewal = authorizer_->renew(edition);
  const bool twice = renewal == Renewal::kRenewed && std::exchange(errand->renewed, true);
  if (renewal == Renewal::kNone || twice) return errand->callback(std::move(response));
  renewals_.fetch_add(1, std::memory_order_relaxed);
  attempt(errand);
}

}  // namespace fhirehose::http
