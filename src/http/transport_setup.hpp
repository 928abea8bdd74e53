#pragma once

#include <curl/curl.h>

#include "http/client.hpp"
#include "http/url.hpp"

namespace fhirehose::http {

/// Has `easy` check the server's certificate and name, always, and show the client's own
/// certificate if there is one. What `options` points at outlives the transfer.
void set_tls(CURL* easy, const ClientOptions& options);

/// Says over which proxy `easy` reaches `url`, and which version of HTTP it may speak.
void set_route(CURL* easy, const ClientOptions& options, const Url& url);

}  // namespace fhirehose::http
