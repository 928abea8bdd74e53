#pragma once

#include <string>
#include <vector>

#include "fhirehose/report.hpp"

namespace fhirehose::cli {

/// The report for people: a table by type, then what it took.
std::string report_text(const Report& report);

/// A line for each.
std::string problem_lines(const std::vector<Problem>& problems);

}  // namespace fhirehose::cli
