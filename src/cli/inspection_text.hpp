#pragma once

#include <string>

#include "fhirehose/inspect.hpp"

namespace fhirehose::cli {

/// The inspection for people: tables of the types, of their references where there are any, and of
/// the members; then what is noteworthy, a line each. Long lists are cut, and say so.
std::string inspection_text(const Inspection& inspection);

}  // namespace fhirehose::cli
