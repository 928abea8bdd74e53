#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "fhirehose/options.hpp"
#include "http/authorizer.hpp"
#include "http/client.hpp"
#include "http/url.hpp"

namespace fhirehose::http {

/// The client's part of how a server is to be reached: certificates and the proxy. kUsage when a
/// file can't be used, or the proxy's address can't or holds credentials.
core::Result<ClientOptions> client_options(const ServerAccess& access);

/// Who requests to `server` come from; none when nothing was asked for and FHIREHOSE_TOKEN is not
/// set. kUsage when more than one way was asked for, half of one, or a secret can't be read. It may
/// use `client`, which is ended before it is.
core::Result<std::unique_ptr<Authorizer>> make_authorizer(const ServerAccess& access,
                                                          const Url& server, Client& client);

/// What is legal, and yet worth a sentence: secret files that others can read, credentials that
/// travel in the clear.
std::vector<std::string> warnings(const ServerAccess& access, const Url& server);

}  // namespace fhirehose::http
