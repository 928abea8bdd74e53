#include "http/url.hpp"

#include <memory>

#include <curl/curl.h>
#include <fmt/format.h>

#include "core/credentials.hpp"

namespace fhirehose::http {
namespace {

using Handle = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

/// A part of the address; empty where it has none.
std::string part(const Handle& url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url.get(), which, &text, flags) != CURLUE_OK) return {};
  const std::unique_ptr<char, decltype(&curl_free)> owner(text, &curl_free);
  return text;
}

bool is_loopback(std::string_view host) {
  const bool dotted_decimal = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return host == "localhost" || host == "[::1]" || (dotted_decimal && host.starts_with("127."));
}

/// `http:///x`, as a variable that is not set makes of `http://$HOST/x`: curl takes `x` for the
/// host.
bool lacks_host(std::string_view text) {
  const std::size_t slashes = text.find("://");
  return slashes == std::string_view::npos || text.substr(slashes + 3).starts_with('/');
}

core::Result<Url> refuse(std::string_view text, std::string_view why) {
  return core::fail(core::ErrorKind::kUsage,
                    fmt::format("{}: {}", core::without_credentials(text), why));
}

}  // namespace

core::Result<Url> parse_url(std::string_view text) {
  const Handle url(curl_url(), &curl_url_cleanup);
  const CURLUcode code = curl_url_set(url.get(), CURLUPART_URL, std::string(text).c_str(), 0);
  if (code != CURLUE_OK) return refuse(text, curl_url_strerror(code));
  if (lacks_host(text)) return refuse(text, "it names no host");
  const std::string scheme = part(url, CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") return refuse(text, "only http and https are spoken");
  if (!part(url, CURLUPART_USER).empty() || !part(url, CURLUPART_PASSWORD).empty()) {
    return refuse(text, "a user name or password does not belong in an address");
  }
  curl_url_set(url.get(), CURLUPART_FRAGMENT, nullptr, 0);
  const std::string host = part(url, CURLUPART_HOST);
  return Url{.text = part(url, CURLUPART_URL),
             .authority = fmt::format("{}:{}", host, part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT)),
             .secure = scheme == "https",
             .loopback = is_loopback(host)};
}

Url below(const Url& base, std::string_view path) {
  Url url = base;
  while (url.text.ends_with('/')) url.text.pop_back();
  if (!path.starts_with('?')) url.text += '/';
  url.text += path;
  return url;
}

}  // namespace fhirehose::http
