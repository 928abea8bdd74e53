#include "sink/fhir/server_probe.hpp"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "sink/fhir/inquiry.hpp"

namespace fhirehose::sink::fhir {
namespace {

// A whole CapabilityStatement of HAPI's is 2.5 MB and takes seconds the first time; these
// elements are 300 bytes.
constexpr std::string_view kShort =
    "metadata?_elements=software,fhirVersion,publisher,implementation";
constexpr std::string_view kWhole = "metadata";

bool wants_credentials(const http::Response& response) {
  return !response.failure && (response.status == 401 || response.status == 403);
}

core::Result<record::Capabilities> refuse(const http::Url& base, std::string_view why) {
  return core::fail(core::ErrorKind::kUsage, fmt::format("{}: {}", base.text, why));
}

std::string why_no_answer(const http::Response& response) {
  if (response.failure) {
    const bool gone = response.failure->kind == core::ErrorKind::kRetry;
    return fmt::format("{}{}", gone ? "can't be reached: " : "", response.failure->message);
  }
  return fmt::format("the server answered {} to GET metadata{}", response.status,
                     wants_credentials(response) ? ": it wants other credentials" : "");
}

}  // namespace

core::Result<record::Capabilities> probe(http::AuthorizedClient& client, const http::Url& base,
                                         const FhirOptions& options) {
  Inquiry inquiry(client, options);
  http::Response response = inquiry.get(http::below(base, kShort));
  const bool refused = response.status >= 400 && response.status < 500;
  if (refused && !wants_credentials(response)) {
    response = inquiry.get(http::below(base, kWhole));
  }
  if (!response.is_success()) return refuse(base, why_no_answer(response));
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
