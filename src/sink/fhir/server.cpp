#include "sink/fhir/server.hpp"

#include <utility>

#include <fmt/format.h>

#include "http/access.hpp"
#include "sink/fhir/pace_limits.hpp"
#include "sink/fhir/server_probe.hpp"

namespace fhirehose::sink::fhir {
namespace {

std::string name_of(const record::Capabilities& capabilities) {
  if (capabilities.software.empty()) return "FHIR server";
  if (capabilities.software_version.empty()) return capabilities.software;
  return fmt::format("{} {}", capabilities.software, capabilities.software_version);
}

http::Url bundles_at(const http::Url& base, const ServerProfile& profile) {
  return profile.query.empty() ? base : http::below(base, profile.query);
}

core::Status check_profile(std::string_view name) {
  if (name.empty() || find_profile(name) != nullptr) return {};
  return core::fail(
      core::ErrorKind::kUsage,
      fmt::format("there is no server profile {}; there are {}", name, profile_names()));
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
  options->connections = pace_limits(wishes).most.in_flight;
  options->connect_timeout = wishes.connect_timeout;
  options->request_timeout = wishes.request_timeout;
  auto client = std::make_unique<http::Client>(*options);
  auto authorizer = http::make_authorizer(wishes.access, base, *client);
  if (!authorizer) return tl::unexpected(authorizer.error());
  return std::make_unique<http::AuthorizedClient>(std::move(client), *std::move(authorizer));
}

}  // namespace

core::Result<Server> reach(const FhirOptions& options) {
  if (const core::Status known = check_profile(options.profile); !known) {
    return tl::unexpected(known.error());
  }
  const core::Result<http::Url> base = base_of(options);
  if (!base) return tl::unexpected(base.error());
  auto client = connect(*base, options);
  if (!client) return tl::unexpected(client.error());
  const auto capabilities = probe(**client, *base, options);
  if (!capabilities) return tl::unexpected(capabilities.error());
  const ServerProfile* const profile =
      options.profile.empty() ? &recognize(*capabilities) : find_profile(options.profile);
  return Server{*base, bundles_at(*base, *profile), name_of(*capabilities), profile,
                *std::move(client)};
}

}  // namespace fhirehose::sink::fhir
