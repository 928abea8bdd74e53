#include "sink/fhir/delivery.hpp"

namespace fhirehose::sink::fhir {
namespace {

/// HTTP statuses by whose doing they are.
enum class StatusClass : std::uint8_t {
  kFine,
  kCredentials,
  kTooLarge,
  kBusy,      ///< the server's state, never the record's
  kConflict,  ///< another write; or the record's own, for good (HAPI-0550)
  kFault,     ///< an error in the server; it may take one record to show it
  kRefused,   ///< the record's, or what was sent with it
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
    case 502:
    case 503:
    case 504:
      return StatusClass::kBusy;
    default:
      break;
  }
  if (status >= 200 && status <= 299) return StatusClass::kFine;
  // No status that can be read is no answer that can be trusted.
  return status >= 500 || status == 0 ? StatusClass::kFault : StatusClass::kRefused;
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

bool exhausted(const Standing& standing, const Patience& patience) {
  return standing.failures >= patience.max_attempts;
}

Step again_or_stop(const Standing& standing, const Patience& patience) {
  return exhausted(standing, patience) ? Step::kStop : Step::kRetry;
}

Step smaller(const Standing& standing) {
  return standing.entries > 1 ? Step::kSplit : Step::kReject;
}

Step after_failure(core::ErrorKind failure, const Standing& standing, const Patience& patience) {
  if (failure == core::ErrorKind::kSplit) return smaller(standing);
  return failure == core::ErrorKind::kRetry ? again_or_stop(standing, patience) : Step::kStop;
}

// Whether a conflict or a fault is the record's own shows only when it is alone with it.
Step after_trouble(StatusClass trouble, Scope scope, const Standing& standing,
                   const Patience& patience) {
  const bool whole = scope == Scope::kRequest && standing.entries > 1;
  if (!exhausted(standing, patience)) {
    const bool isolate = whole && standing.kind == BundleKind::kTransaction &&
                         standing.failures >= patience.isolate_after;
    return isolate ? Step::kAsBatch : Step::kRetry;
  }
  if (trouble == StatusClass::kConflict) return whole ? Step::kSplit : Step::kReject;
  return !whole && standing.others_loaded ? Step::kReject : Step::kStop;
}

Step after_refusal(const Answer& answer, const Standing& standing) {
  if (answer.scope == Scope::kRequest && is_no_fhir_answer(answer)) return Step::kStop;
  if (answer.scope == Scope::kEntry || standing.entries == 1) {
    return names_missing_target(answer.code) ? Step::kAwaitTarget : Step::kReject;
  }
  const bool was_batch = standing.kind == BundleKind::kBatch;
  return was_batch || fails_a_batch_as_well(answer.code) ? Step::kSplit : Step::kAsBatch;
}

}  // namespace

Step decide(const Answer& answer, const Standing& standing, const Patience& patience) {
  if (answer.failure) return after_failure(*answer.failure, standing, patience);
  const StatusClass status = classify(answer.status);
  switch (status) {
    case StatusClass::kFine:
      return Step::kLoaded;
    case StatusClass::kCredentials:
      return answer.status == 401 ? Step::kRenew : Step::kStop;
    case StatusClass::kTooLarge:
      return answer.scope == Scope::kEntry ? Step::kReject : smaller(standing);
    case StatusClass::kBusy:
      return again_or_stop(standing, patience);
    case StatusClass::kConflict:
    case StatusClass::kFault:
      return after_trouble(status, answer.scope, standing, patience);
    case StatusClass::kRefused:
      break;
  }
  return after_refusal(answer, standing);
}

bool may_pass(const Answer& answer) {
  if (answer.failure) return *answer.failure == core::ErrorKind::kRetry;
  const StatusClass status = classify(answer.status);
  return status == StatusClass::kBusy || status == StatusClass::kConflict ||
         status == StatusClass::kFault;
}

bool names_missing_target(std::string_view code) {
  return code == "HAPI-1094" || code == "HAPI-1091";
}

}  // namespace fhirehose::sink::fhir
