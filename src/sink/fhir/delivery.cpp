#include "sink/fhir/delivery.hpp"

#include "record/bundle_response.hpp"
#include "sink/fhir/missing_target.hpp"

namespace fhirehose::sink::fhir {
namespace {

/// HTTP statuses by what they say of the entries that were sent.
enum class StatusClass : std::uint8_t {
  kFine,
  kCredentials,
  kTooLarge,
  kBusy,
  kConflict,
  kFault,
  kRefused,
};

StatusClass classify(int status) {
  switch (status) {
    case 401:
    case 403:
      return StatusClass::kCredentials;
    case 409:
    case 412:
      return StatusClass::kConflict;
    case 413:
      return StatusClass::kTooLarge;
    case 408:
    case 425:
    case 429:
    case 503:
      return StatusClass::kBusy;
    default:
      break;
  }
  if (status >= 200 && status <= 299) return StatusClass::kFine;
  // No status that can be read is no answer that can be trusted.
  return status >= 500 || status == 0 ? StatusClass::kFault : StatusClass::kRefused;
}

/// More than one resource meets a condition: 412, of which the server will not think better
/// (http://hl7.org/fhir/R4/http.html#cond-update).
bool is_ambiguous(const Answer& answer) {
  return answer.code == "HAPI-2207" || answer.issue == "multiple-matches";
}

StatusClass classify(const Answer& answer) {
  // 409 to a reference without its target, which is no race.
  if (answer.missing || answer.still_referenced) return StatusClass::kRefused;
  if (is_ambiguous(answer)) return StatusClass::kRefused;
  // 400 with these is how Google and others say 413
  // (http://hl7.org/fhir/R4/valueset-issue-type.html).
  const bool asks_for_less = answer.issue == "too-costly" || answer.issue == "too-long";
  const StatusClass status = classify(answer.status);
  if (status == StatusClass::kRefused && asks_for_less) return StatusClass::kTooLarge;
  // Who answers entry by entry is there; only this one could not be served.
  if (answer.status == 503 && answer.scope == Scope::kEntry) return StatusClass::kFault;
  return status;
}

// One bad date makes HAPI refuse the request before it looks at a single entry: a batch would not
// do better.
bool fails_a_batch_as_well(std::string_view code) { return code == "HAPI-0450"; }

// What a web server says of an address that it does not serve, or of a method that it does not
// know there: it has not looked at any record.
bool is_no_fhir_answer(const Answer& answer) {
  switch (answer.status) {
    case 404:
    case 405:
    case 406:
    case 415:
      return answer.code.empty() && answer.issue.empty();
    default:
      return answer.status < 400;
  }
}

// A FHIR server says the same with an outcome. In a batch each record answers for itself: who
// refuses it as a whole for this, and has taken nothing yet, will take nothing.
bool knows_no_bundles(const Answer& answer, const Standing& standing) {
  if (standing.server_works || answer.missing || answer.still_referenced) return false;
  return answer.status == 404 || answer.status == 405;
}

// Silence, and a gateway's report of it, are no better as a batch, which takes longer.
bool has_answered(const Answer& answer) {
  return !answer.failure && answer.status != 502 && answer.status != 504;
}

bool is_whole(const Answer& answer, const Standing& standing) {
  return answer.scope == Scope::kRequest && standing.entries > 1;
}

Step wait_for_server(const Standing& standing) {
  return standing.patience_over ? Step::kStop : Step::kRetry;
}

Step smaller(const Standing& standing) {
  return standing.entries > 1 ? Step::kSplit : Step::kReject;
}

bool is_to_be_isolated(const Answer& answer, const Standing& standing, const Patience& patience) {
  return is_whole(answer, standing) && standing.kind == BundleKind::kTransaction &&
         standing.attempts >= patience.isolate_after && has_answered(answer);
}

Step after_conflict(const Answer& answer, const Standing& standing, const Patience& patience) {
  if (standing.attempts >= patience.max_attempts) {
    return is_whole(answer, standing) ? Step::kSplit : Step::kReject;
  }
  return is_to_be_isolated(answer, standing, patience) ? Step::kAsBatch : Step::kRetry;
}

// Whether a fault is the record's own shows only when it is alone with it, and others are not.
Step after_fault(const Answer& answer, const Standing& standing, const Patience& patience) {
  if (standing.attempts >= patience.max_attempts) {
    if (is_whole(answer, standing)) return Step::kSplit;
    if (standing.server_works) return Step::kReject;
  } else if (is_to_be_isolated(answer, standing, patience)) {
    return Step::kAsBatch;
  }
  return wait_for_server(standing);
}

Step after_refusal(const Answer& answer, const Standing& standing) {
  const bool was_batch = standing.kind == BundleKind::kBatch;
  if (answer.scope == Scope::kRequest) {
    if (is_no_fhir_answer(answer)) return Step::kStop;
    if (knows_no_bundles(answer, standing)) return was_batch ? Step::kStop : Step::kAsBatch;
  }
  if (!is_whole(answer, standing)) {
    const bool waits = answer.missing || answer.still_referenced;
    return waits ? Step::kAwaitOthers : Step::kReject;
  }
  return was_batch || fails_a_batch_as_well(answer.code) ? Step::kSplit : Step::kAsBatch;
}

Step without_answer(const Answer& answer, const Standing& standing, const Patience& patience) {
  if (is_too_large(answer)) return smaller(standing);
  return may_pass(answer) ? after_fault(answer, standing, patience) : Step::kStop;
}

}  // namespace

Answer read_answer(Scope scope, int status, std::string_view outcome) {
  Answer answer{.scope = scope, .status = status};
  if (outcome.empty()) return answer;
  record::OutcomeIssue issue = record::first_issue(outcome);
  answer.code = std::move(issue.server_code);
  answer.issue = std::move(issue.type);
  const std::string spoken = record::spoken_text(outcome);
  answer.missing = find_missing_target(spoken);
  answer.still_referenced = says_still_referenced(spoken);
  return answer;
}

Trouble trouble_of(const Answer& answer) {
  if (answer.failure) {
    return *answer.failure == core::ErrorKind::kRetry ? Trouble::kFault : Trouble::kNone;
  }
  switch (classify(answer)) {
    case StatusClass::kBusy:
      return Trouble::kPace;
    case StatusClass::kFault:
      return Trouble::kFault;
    case StatusClass::kConflict:
      return Trouble::kConflict;
    default:
      return Trouble::kNone;
  }
}

bool is_too_large(const Answer& answer) {
  return answer.failure ? *answer.failure == core::ErrorKind::kSplit
                        : classify(answer) == StatusClass::kTooLarge;
}

bool may_pass(const Answer& answer) { return trouble_of(answer) != Trouble::kNone; }

Step decide(const Answer& answer, const Standing& standing, const Patience& patience) {
  if (answer.failure) return without_answer(answer, standing, patience);
  switch (classify(answer)) {
    case StatusClass::kFine:
      return Step::kLoaded;
    case StatusClass::kCredentials:
      return answer.status == 401 ? Step::kRenew : Step::kStop;
    case StatusClass::kTooLarge:
      return is_whole(answer, standing) ? Step::kSplit : Step::kReject;
    case StatusClass::kBusy:
      return wait_for_server(standing);
    case StatusClass::kConflict:
      return after_conflict(answer, standing, patience);
    case StatusClass::kFault:
      return after_fault(answer, standing, patience);
    case StatusClass::kRefused:
      break;
  }
  return after_refusal(answer, standing);
}

}  // namespace fhirehose::sink::fhir
