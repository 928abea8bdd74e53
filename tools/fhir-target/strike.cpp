#include "fhir-target/strike.hpp"

#include <array>
#include <ctime>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "fhir-target/http_date.hpp"
#include "fhir-target/refusal.hpp"

namespace fhirehose::target {
namespace {

constexpr const char* kFhirType = "application/fhir+json";

/// What stands in the place of JSON: a proxy's page, an answer that ends in the middle although its
/// Content-Length is right, and bytes of nothing.
constexpr std::array<std::string_view, 3> kGarbage = {
    "<html><body><h1>502 Bad Gateway</h1></body></html>",
    R"({"resourceType":"Bundle","type":"batch-response","entry":[{"response":{"status":"20)",
    "\x1f\x8b\x08\xff\xfe{]"};

void answer_status(const Fault& fault, httplib::Response& response) {
  response = {};
  response.status = fault.status;
  response.set_content(
      operation_outcome({fault.status, fmt::format("injected fault: {}", fault.kind_name)}),
      kFhirType);
  if (fault.status == 401) response.set_header("WWW-Authenticate", "Bearer");
  if (fault.retry_after == Fault::RetryAfter::kSeconds)
    response.set_header("Retry-After", std::to_string(fault.retry_seconds));
  if (fault.retry_after == Fault::RetryAfter::kDate)
    response.set_header("Retry-After", http_date(std::time(nullptr) + fault.retry_seconds));
}

void answer_garbage(const Fate& fate, httplib::Response& response) {
  response = {};
  response.status = 200;
  const auto which = static_cast<std::size_t>(fate.cut_at * static_cast<double>(kGarbage.size()));
  response.set_content(std::string(kGarbage[which]), kFhirType);
}

void stall(const Fault& fault, ConnectionStream& connection) {
  if (fault.wait > Microseconds::zero()) {
    connection.pause(fault.wait);
  } else {
    connection.deliver_as({.kind = Delivery::Kind::kSilence});
  }
}

}  // namespace

void strike(const Fate& fate, httplib::Response& response, ConnectionStream& connection) {
  const Fault& fault = *fate.fault;
  switch (fault.kind) {
    case Fault::Kind::kStatus:
      return answer_status(fault, response);
    case Fault::Kind::kGarbage:
      return answer_garbage(fate, response);
    case Fault::Kind::kStall:
      return stall(fault, connection);
    case Fault::Kind::kReset:
      return connection.deliver_as({.kind = Delivery::Kind::kReset});
    case Fault::Kind::kCut:
      return connection.deliver_as({.kind = Delivery::Kind::kCut, .cut_at = fate.cut_at});
    case Fault::Kind::kTrickle:
      return connection.deliver_as(
          {.kind = Delivery::Kind::kTrickle, .piece = fault.bytes, .wait = fault.wait});
    case Fault::Kind::kLatency:
    case Fault::Kind::kEntry:
      return;  // met elsewhere: Fate::latency, RequestGate
  }
}

}  // namespace fhirehose::target
