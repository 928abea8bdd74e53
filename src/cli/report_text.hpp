#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "fhirehose/report.hpp"

namespace fhirehose::cli {

/// The report for people: a table by type, then what it took. `state`: where its ledger is.
std::string report_text(const Report& report, const std::filesystem::path& state);

/// ` --state DIR` for a command that a person may copy; empty where that is the default.
std::string state_hint(const std::filesystem::path& state);

/// A line for each; of what is harmless, for the first.
std::string problem_lines(const std::vector<Problem>& problems);

}  // namespace fhirehose::cli
