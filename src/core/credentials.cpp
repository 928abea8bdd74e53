#include "core/credentials.hpp"

#include <algorithm>

namespace fhirehose::core {
namespace {

bool is_port_digit(char c) { return c >= '0' && c <= '9'; }

bool is_scheme_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_port_digit(c) || c == '+' ||
         c == '-' || c == '.';
}

/// What of `rest`, a URL after its `://`, is user and password with the `@` behind them.
std::size_t userinfo_length(std::string_view rest) {
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) return at + 1;
  // `user:pass/word@host`: a password that should have been percent-encoded ends the authority
  // early, and its front is no port.
  const std::string_view port = authority.substr(std::min(authority.find(':'), authority.size()));
  const bool host =
      authority.starts_with('[') ||
      std::ranges::all_of(port.substr(std::min<std::size_t>(1, port.size())), is_port_digit);
  const std::size_t at = rest.rfind('@');
  return host || at == std::string_view::npos ? 0 : at + 1;
}

}  // namespace

std::string without_credentials(std::string_view location) {
  constexpr std::string_view kSeparator = "://";
  const std::size_t scheme = location.find(kSeparator);
  if (scheme == std::string_view::npos || scheme == 0 ||
      !std::ranges::all_of(location.substr(0, scheme), is_scheme_character)) {
    return std::string(location);
  }
  std::string_view rest = location.substr(scheme + kSeparator.size());
  rest.remove_prefix(userinfo_length(rest));
  rest = rest.substr(0, rest.find_first_of("?#"));
  return std::string(location.substr(0, scheme + kSeparator.size())).append(rest);
}

}  // namespace fhirehose::core
