#pragma once

#include <string>

#include "fhirehose/inspect.hpp"
#include "fhirehose/report.hpp"

namespace fhirehose::cli {

/// The report for people: a table by type, then what it took.
std::string report_text(const Report& report);

/// The inspection for people.
std::string inspection_text(const Inspection& inspection);

}  // namespace fhirehose::cli
