#include "sink/fhir/server.hpp"

#include <utility>

#include <fmt/format.h>

#include "http/access.hpp"
#include "sink/fhir/server_probe.hpp"

namespace fhirehose::sink::fhir {
namespace {

std::string name_of(const record::Capabilities& capabilities) {
  if (capabilities.software.empty()) return "FHIR server";
  if (capabilities.software_version.empty()) return capabilities.software;
  return fmt::format("{} {}", capabilities.software, capabilities.software_version);
}

// HAPI prints its answers for people unless told not to, and that costs it a third more bytes.
// Others are not asked: a server may refuse parameters that it does not know.
http::Url bundles_at(const http::Url& base, const record::Capabilities& capabilities) {
  return capabilities.software.starts_with("HAPI") ? http::below(base, "?_pretty=false") : base;
}

core::Result<http::Url> base_of(const FhirOptions& options) {
  core::Result<http::Url> base = http::parse_url(options.url);
  if (base && base->text.find('?') != std::string::npos) {
    return core::fail(core::ErrorKind::kUsage, "the address of a FHIR server has no query");
  }
  return base;
}

core::Result<std::unique_ptr<http::AuthorizedClient>> connect(const http::Url& base,
                                                              const FhirOptions& wishes) {
  core::Result<http::ClientOptions> options = http::client_options(wishes.access);
  if (!options) return tl::unexpected(options.error());
  options->connections = wishes.concurrency;
  options->connect_timeout = wishes.connect_timeout;
  options->request_timeout = wishes.request_timeout;
  auto client = std::make_unique<http::Client>(*options);
  auto authorizer = http::make_authorizer(wishes.access, base, *client);
  if (!authorizer) return tl::unexpected(authorizer.error());
  return std::make_unique<http::AuthorizedClient>(std::move(client), *std::move(authorizer));
}

}  // namespace

core::Result<Server> reach(const FhirOptions& options) {
  const core::Result<http::Url> base = base_of(options);
  if (!base) return tl::unexpected(base.error());
  auto client = connect(*base, options);
  if (!client) return tl::unexpected(client.error());
  const auto capabilities = probe(**client, *base, options);
  if (!capabilities) return tl::unexpected(capabilities.error());
  return Server{*base, bundles_at(*base, *capabilities), name_of(*capabilities),
                *std::move(client)};
}

}  // namespace fhirehose::sink::fhir
