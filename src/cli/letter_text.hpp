#pragma once

#include <string>

#include "ledger/dead_letter.hpp"

namespace fhirehose::cli {

/// A dead letter on one line: for people; as a JSON object; or as an OperationOutcome
/// (http://hl7.org/fhir/R4/operationoutcome.html) whose first issue says in which file and line,
/// and at which bytes, and that has the server's own issues behind it. The first two hold no
/// content; the server's issues may quote some.
std::string table_line(const ledger::DeadLetter& letter);
std::string json_line(const ledger::DeadLetter& letter);
std::string outcome_line(const ledger::DeadLetter& letter);

}  // namespace fhirehose::cli
