#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace fhirehose::target {

/// Why a request, or one entry of it, was not done, in HAPI FHIR's words.
struct Refusal {
  int status = 400;
  std::string diagnostics{};  ///< `HAPI-1094: Resource Patient/x not found, ...`
};

template <class T>
using Answered = tl::expected<T, Refusal>;

[[nodiscard]] inline tl::unexpected<Refusal> refuse(int status, std::string diagnostics) {
  return tl::unexpected<Refusal>(Refusal{status, std::move(diagnostics)});
}

/// An OperationOutcome with one issue (http://hl7.org/fhir/R4/operationoutcome.html).
std::string operation_outcome(const Refusal& refusal);

}  // namespace fhirehose::target
