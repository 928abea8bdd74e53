#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace fhirehose::core {

/// What the caller may do about a failure. `main` maps kinds to exit statuses.
enum class ErrorKind {
  kRetry,   ///< the same again, after a backoff
  kSplit,   ///< too large in one piece: again in halves
  kReject,  ///< this record or member can't be used; the rest goes on
  kStop,    ///< the run can't go on; it can be resumed
  kUsage,   ///< what was asked for can't be done: wrong option, no such file
};

/// `message` is a sentence for a person: what failed and where. It never holds resource content.
struct Error {
  ErrorKind kind;
  std::string message;
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return tl::unexpected<Error>(Error{kind, std::move(message)});
}

}  // namespace fhirehose::core
