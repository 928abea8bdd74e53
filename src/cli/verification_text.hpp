#pragma once

#include <string>

#include "fhirehose/verify.hpp"

namespace fhirehose::cli {

/// The comparison for people: a table by type, the first differences, what a sample proves, and
/// what it took.
std::string verification_text(const Verification& verification);

}  // namespace fhirehose::cli
