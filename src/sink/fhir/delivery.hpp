#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/result.hpp"
#include "sink/fhir/patience.hpp"

namespace fhirehose::sink::fhir {

/// How a Bundle is to be processed (http://hl7.org/fhir/R4/http.html#transaction).
enum class BundleKind : std::uint8_t {
  kTransaction,  ///< all or nothing
  kBatch,        ///< each entry for itself
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
  std::string_view code = {};                   ///< the server's own, from the outcome: `HAPI-1094`
  std::string_view issue = {};                  ///< the outcome's issue type: `not-found`
};

/// Where the entries stood that were sent.
struct Standing {
  BundleKind kind = BundleKind::kTransaction;
  std::size_t entries = 1;  ///< that were sent together
  std::uint32_t failures =
      1;  ///< sends in a row that led to something that may pass, this included
  bool others_loaded = false;  ///< the server has taken another entry of the same bundle
};

/// What to do with the entries concerned.
enum class Step : std::uint8_t {
  kLoaded,       ///< nothing more; of a request: read what it says of each entry
  kRetry,        ///< the same again, after a backoff
  kAsBatch,      ///< again as a batch, so that each answers for itself
  kSplit,        ///< again in halves
  kAwaitTarget,  ///< again when more of the bundle has been loaded; else rejected
  kReject,       ///< a dead letter each
  kRenew,        ///< again with new credentials
  kStop,         ///< the run can't go on
};

/// The design's table of what to do about an outcome. Pure.
Step decide(const Answer& answer, const Standing& standing, const Patience& patience);

/// Whether the same send may lead to something else another time.
bool may_pass(const Answer& answer);

/// Whether an outcome's code says that a reference points at nothing.
bool names_missing_target(std::string_view code);

}  // namespace fhirehose::sink::fhir
