#include "http/redirect_refusal.hpp"

#include <string>

#include <fmt/format.h>

#include "core/credentials.hpp"

namespace fhirehose::http {
namespace {

/// `https://host:443`, or what could be made of it.
std::string origin_of(std::string_view address) {
  const core::Result<Url> url = parse_url(core::without_credentials(address));
  if (!url) return "an address that can't be used";
  return fmt::format("{}://{}", url->secure ? "https" : "http", url->authority);
}

}  // namespace

core::Error redirect_refusal(const Url& asked, std::string_view elsewhere) {
  const std::string from = origin_of(asked.text);
  const std::string to = origin_of(elsewhere);
  const std::string where = from == to ? "another path of itself" : to;
  return {core::ErrorKind::kStop,
          fmt::format("{}: the server sends on to {}; redirects are not followed, so give the "
                      "address that it means",
                      asked.authority, where)};
}

}  // namespace fhirehose::http
