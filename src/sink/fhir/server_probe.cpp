#include "sink/fhir/server_probe.hpp"

#include <future>
#include <utility>

#include <fmt/format.h>

namespace fhirehose::sink::fhir {
namespace {

// A whole CapabilityStatement of HAPI's is 2.5 MB and takes seconds the first time; these two
// elements are 300 bytes.
constexpr std::string_view kShort = "metadata?_elements=software,fhirVersion";
constexpr std::string_view kWhole = "metadata";

http::Response get(http::Client& client, http::Url url, const std::vector<std::string>& headers) {
  http::Request request{.url = std::move(url), .headers = headers};
  request.headers.emplace_back("Accept: application/fhir+json");
  std::promise<http::Response> promise;
  std::future<http::Response> response = promise.get_future();
  client.send(std::move(request),
              [&promise](http::Response came) { promise.set_value(std::move(came)); });
  return response.get();
}

bool is_success(const http::Response& response) {
  return !response.failure && response.status >= 200 && response.status <= 299;
}

core::Result<record::Capabilities> refuse(const http::Url& base, std::string_view why) {
  return core::fail(core::ErrorKind::kUsage, fmt::format("{}: {}", base.text, why));
}

}  // namespace

core::Result<record::Capabilities> probe(http::Client& client, const http::Url& base,
                                         const std::vector<std::string>& headers) {
  http::Response response = get(client, http::below(base, kShort), headers);
  if (response.status >= 400 && response.status < 500 && response.status != 401) {
    response = get(client, http::below(base, kWhole), headers);
  }
  if (response.failure) {
    return refuse(base, fmt::format("can't be reached: {}", response.failure->message));
  }
  if (!is_success(response)) {
    return refuse(base, fmt::format("the server answered {} to GET metadata", response.status));
  }
  auto capabilities = record::read_capabilities(response.body);
  if (!capabilities)
    return refuse(base, "is no FHIR server: its metadata is no CapabilityStatement");
  const std::string& version = capabilities->fhir_version;
  if (!version.empty() && !version.starts_with("4.")) {
    return refuse(base, fmt::format("speaks FHIR {}, not R4", version));
  }
  return *std::move(capabilities);
}

}  // namespace fhirehose::sink::fhir
