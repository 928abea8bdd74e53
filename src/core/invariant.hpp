#pragma once

#include <string_view>

namespace fhirehose::core {

/// Ends the process with a message on standard error: a broken invariant is a bug, not data.
/// `what` names the invariant and its values; it never holds resource content.
[[noreturn]] void broken_invariant(std::string_view what);

}  // namespace fhirehose::core
