#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "http/authorizer.hpp"
#include "http/client.hpp"

namespace fhirehose::http {

/// A client whose requests say who sends them. What is answered 401 or 403 goes once more with
/// renewed credentials, if there are any to be had; a second refusal in a row is the answer, for
/// the caller to stop on. It is none in a row where the renewed credentials have served another
/// request meanwhile. Thread-safe.
class AuthorizedClient {
 public:
  /// `authorizer` may use `client`; none: requests go as they are.
  AuthorizedClient(std::unique_ptr<Client> client, std::unique_ptr<Authorizer> authorizer);

  /// Like Client::send. Credentials that can't be had are a failure: kRetry where they may come.
  void send(Request request, OnResponse callback);
  /// Like Client::after.
  void after(std::chrono::milliseconds delay, std::function<void()> task);

  /// Requests that went again with renewed credentials.
  [[nodiscard]] std::uint64_t renewals() const { return renewals_.load(std::memory_order_relaxed); }

 private:
  struct Errand;
  using ErrandHandle = std::shared_ptr<Errand>;

  void attempt(const ErrandHandle& errand);
  void go(const ErrandHandle& errand, Authorization now);
  void answered(const ErrandHandle& errand, std::uint64_t edition, Response response);

  std::atomic<std::uint64_t> renewals_ = 0;
  std::uint64_t accepted_ = 0;  ///< newest edition that was not refused; the client's thread only
  const std::unique_ptr<Authorizer> authorizer_;
  const std::unique_ptr<Client> client_;  ///< last: its thread uses the rest
};

}  // namespace fhirehose::http
