#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "fhir-target/endpoint.hpp"

namespace fhirehose::target {

inline std::string entry(std::string_view method, std::string_view url, std::string_view resource,
                         std::string_view more = "") {
  const std::string body = resource.empty() ? "" : fmt::format("\"resource\":{},", resource);
  return fmt::format(R"({{{}"request":{{"method":"{}","url":"{}"{}}}}})", body, method, url, more);
}

/// An entry with a fullUrl before it.
inline std::string named(std::string_view full_url, const std::string& entry) {
  return fmt::format(R"({{"fullUrl":"{}",{})", full_url, entry.substr(1));
}

inline std::string put(std::string_view type, std::string_view id, std::string_view members = "") {
  return entry("PUT", fmt::format("{}/{}", type, id),
               fmt::format(R"({{"resourceType":"{}","id":"{}"{}}})", type, id, members));
}

inline std::string bundle(std::string_view type, const std::vector<std::string>& entries) {
  return fmt::format(R"({{"resourceType":"Bundle","type":"{}","entry":[{}]}})", type,
                     fmt::join(entries, ","));
}

inline std::string transaction(const std::vector<std::string>& entries) {
  return bundle("transaction", entries);
}

inline std::string batch(const std::vector<std::string>& entries) {
  return bundle("batch", entries);
}

/// An endpoint that is asked without HTTP.
class Asked {
 public:
  explicit Asked(const Rules& rules = {}) : endpoint_(rules) {}

  Answer ask(Method method, std::string_view url, std::string_view text = "",
             std::string_view if_none_exist = "") {
    const Body body(text);
    return endpoint_.handle({.method = method,
                             .url = url,
                             .if_none_exist = if_none_exist,
                             .minimal = true,
                             .body = &body});
  }
  Answer post(const std::string& text) { return ask(Method::kPost, "", text); }
  /// The statuses of a bundle's entries.
  std::vector<std::string> statuses(const std::string& text) {
    std::vector<std::string> found;
    const auto answer = nlohmann::json::parse(post(text).body);
    for (const auto& entry : answer.at("entry")) found.push_back(entry.at("response").at("status"));
    return found;
  }
  std::string stored(std::string_view url) { return ask(Method::kGet, url).body; }
  nlohmann::json digest() { return nlohmann::json::parse(endpoint_.digest()); }
  Endpoint& endpoint() { return endpoint_; }

 private:
  Endpoint endpoint_;
};

inline Rules enforced() {
  Rules rules;
  rules.references = References::kEnforced;
  return rules;
}

}  // namespace fhirehose::target
