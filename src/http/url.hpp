#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"

namespace fhirehose::http {

/// An address that has been checked: http or https, with a host, without credentials.
struct Url {
  std::string text;       ///< as it is asked for, without a fragment
  std::string authority;  ///< `host:port`, for messages
  bool secure = false;    ///< https
  bool loopback = false;  ///< this very machine: never through a proxy
};

/// Reads an absolute http(s) address. kUsage for anything else, and for one that holds a user name
/// or password: these never come from the command line.
core::Result<Url> parse_url(std::string_view text);

/// `base` with `path` behind it, with one slash between the two; `path` may end in a query.
Url below(const Url& base, std::string_view path);

}  // namespace fhirehose::http
