#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "sink/fhir/patience.hpp"
#include "sink/sink.hpp"

namespace fhirehose::sink::fhir {

/// How a Bundle is to be processed (http://hl7.org/fhir/R4/http.html#transaction).
enum class BundleKind : std::uint8_t {
  kTransaction,  ///< all or nothing
  kBatch,        ///< each entry for itself
};

/// What was sent together: how many entries, and bytes of their resources.
struct SentSize {
  std::uint32_t entries = 0;
  std::uint64_t bytes = 0;
};

/// Whom an answer is about.
enum class Scope : std::uint8_t {
  kRequest,  ///< all entries that were sent: a failed connection, an HTTP status
  kEntry,    ///< one of them: the status in its own response
};

/// What a send led to, as far as it matters for what to do next.
struct Answer {
  Scope scope = Scope::kRequest;
  std::optional<core::ErrorKind> failure = {};  ///< no answer came; then the rest says nothing
  int status = 0;                               ///< HTTP status, or that of the entry
  std::string code = {};                        ///< the server's own, from the outcome: `HAPI-1094`
  std::string issue = {};                       ///< the outcome's issue type: `not-found`
  bool still_referenced = false;                ///< the outcome says that a DELETE leaves others
                                                ///< without their target
  std::optional<MissingTarget> missing = {};    ///< the outcome says that a reference has no target
};

/// An answer with what its OperationOutcome says; `outcome` is empty where there is none.
Answer read_answer(Scope scope, int status, std::string_view outcome);

/// What may pass, by whose doing it is.
enum class Trouble : std::uint8_t {
  kNone,      ///< another send would lead to the same
  kPace,      ///< the server can't take more now: 408, 425, 429, and 503 of a request. Says nothing
              ///< of any entry
  kFault,     ///< it broke or was silent, by itself or at a record that breaks it: only others that
              ///< are loaded meanwhile can tell
  kConflict,  ///< 409, 412: a race with another write, or for good (HAPI-0550). The server works
};

Trouble trouble_of(const Answer& answer);

/// Whether the same send may lead to something else another time.
bool may_pass(const Answer& answer);

/// Whether less at once may do.
bool is_too_large(const Answer& answer);

/// Where the entries stood that were sent.
struct Standing {
  BundleKind kind = BundleKind::kTransaction;
  std::size_t entries = 1;     ///< that were sent together
  std::uint32_t attempts = 1;  ///< answers that count against them, this included if it does
  bool server_works = false;   ///< it has taken other entries
  bool patience_over = false;  ///< it was in nothing but trouble for too long
};

/// What to do with the entries concerned.
enum class Step : std::uint8_t {
  kLoaded,       ///< nothing more; of a request: read what it says of each entry
  kRetry,        ///< the same again, after a backoff
  kAsBatch,      ///< again as a batch, so that each answers for itself
  kSplit,        ///< again in halves
  kAwaitOthers,  ///< again when more of the bundle has been loaded; else rejected
  kReject,       ///< a dead letter each
  kRenew,        ///< credentials do not do any more, and renewing them did not help
  kStop,         ///< the run can't go on
};

/// The design's table of what to do about an outcome. Pure.
Step decide(const Answer& answer, const Standing& standing, const Patience& patience);

}  // namespace fhirehose::sink::fhir
