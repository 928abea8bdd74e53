#include "fhir-target/capability.hpp"

#include <iterator>
#include <string_view>

#include <fmt/format.h>

#include "core/resource_type.hpp"

namespace fhirehose::target {
namespace {

std::string resources_json() {
  constexpr std::string_view kInteractions =
      R"([{"code":"read"},{"code":"create"},{"code":"update"},{"code":"delete"},)"
      R"({"code":"search-type"}])";
  std::string text;
  for (const std::string_view name : core::kResourceTypeNames) {
    if (!text.empty()) text += ',';
    fmt::format_to(std::back_inserter(text),
                   R"({{"type":"{}","interaction":{},"versioning":"versioned",)"
                   R"("updateCreate":true,"conditionalCreate":true}})",
                   name, kInteractions);
  }
  return text;
}

}  // namespace

std::string capability_statement(const Rules& rules) {
  const std::string description =
      fmt::format("references {}, numeric ids {}", rules.enforces() ? "enforced" : "open",
                  rules.numeric_ids == NumericIds::kRefused ? "refused" : "allowed");
  return fmt::format(
      R"({{"resourceType":"CapabilityStatement","status":"active","date":"2026-11-21",)"
      R"("kind":"instance","software":{{"name":"fhir-target","version":"0.1.0"}},)"
      R"("implementation":{{"description":"{}"}},"fhirVersion":"4.0.1",)"
      R"("format":["application/fhir+json"],"rest":[{{"mode":"server","resource":[{}],)"
      R"("interaction":[{{"code":"transaction"}},{{"code":"batch"}}]}}]}})",
      description, resources_json());
}

}  // namespace fhirehose::target
