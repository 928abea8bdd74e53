#include "fhir-target/refusal.hpp"

#include "core/json_text.hpp"

namespace fhirehose::target {

std::string operation_outcome(const Refusal& refusal) {
  std::string text =
      R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"processing",)"
      R"("diagnostics":)";
  core::append_json_string(text, refusal.diagnostics);
  text += "}]}";
  return text;
}

}  // namespace fhirehose::target
