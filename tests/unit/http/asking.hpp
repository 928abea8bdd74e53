#pragma once

#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "http/client.hpp"

namespace fhirehose::http {

/// Sends and waits, over a Client or an AuthorizedClient.
template <class Sender>
Response ask(Sender& client, Request request) {
  const auto promise = std::make_shared<std::promise<Response>>();
  client.send(std::move(request),
              [promise](Response response) { promise->set_value(std::move(response)); });
  return promise->get_future().get();
}

template <class Sender>
Response get(Sender& client, const std::string& url) {
  return ask(client, {.url = *parse_url(url)});
}

/// Why a request got no answer; an empty text where it got one.
inline core::Error failure_of(const Response& response) {
  return response.failure.value_or(core::Error{core::ErrorKind::kStop, ""});
}

inline void write_text(const std::filesystem::path& file, std::string_view text) {
  std::ofstream(file, std::ios::binary) << text;
}

}  // namespace fhirehose::http
