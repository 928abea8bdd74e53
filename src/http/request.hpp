#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "http/url.hpp"

namespace fhirehose::http {

enum class Method : std::uint8_t { kGet, kPost };

/// What is to be asked.
struct Request {
  Method method = Method::kGet;
  Url url = {};
  std::vector<std::string> headers =
      {};  ///< `Name: value`; may hold secrets, which go nowhere else
  /// kPost only: the body, in runs. The array and what it points at stay alive until the callback.
  std::span<const std::string_view> body = {};
};

/// What came of it: either `failure`, or a status from 100 to 599 with all that was answered.
struct Response {
  int status = 0;
  std::string body = {};
  std::optional<std::chrono::seconds> retry_after = {};  ///< both forms of the header; never zero
  /// No complete answer: kRetry (connection, timeout: whether the server did the work is unknown),
  /// kSplit (the answer exceeds its limit), kUsage (certificate, name, proxy), kStop (a redirect,
  /// anything else).
  std::optional<core::Error> failure = {};

  [[nodiscard]] bool is_success() const { return !failure && status >= 200 && status <= 299; }
};

/// Called once, on the client's thread; must neither block nor throw. May call the client.
using OnResponse = std::function<void(Response)>;

}  // namespace fhirehose::http
