#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace fhirehose::record {

/// What a server says of one entry of a transaction or batch
/// (http://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.response).
struct EntryResponse {
  int status = 0;             ///< 100 to 599; 0 where there is none that can be read
  std::string_view outcome;   ///< JSON of the OperationOutcome; empty: none
  std::string_view resource;  ///< JSON of what was read, not checked; empty: none
};

/// Reads a server's answer to a transaction or batch, in the order of the entries asked for.
/// Tolerant: what is not needed may have any shape. kRetry when `body` is cut or is no Bundle. The
/// views point into `body`, whose capacity, not its text, is changed. Thread-safe.
core::Result<std::vector<EntryResponse>> read_bundle_response(std::string& body,
                                                              std::size_t expected_entries);

/// The first issue of an OperationOutcome, as far as it holds no content.
struct OutcomeIssue {
  std::string type;         ///< IssueType: `not-found`, `invalid`, ...; empty: not readable
  std::string server_code;  ///< `HAPI-1094`: what stands in front of the diagnostics; or empty
};

/// Anything that is not an OperationOutcome gives an empty issue. Thread-safe.
OutcomeIssue first_issue(std::string_view outcome);

/// What the issues of an OperationOutcome say to people, diagnostics and details, one line each;
/// may quote the resource, so it is to be searched, not shown. Empty for anything else.
/// Thread-safe.
std::string spoken_text(std::string_view outcome);

}  // namespace fhirehose::record
