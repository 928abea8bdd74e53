#pragma once

#include <functional>
#include <variant>

#include "cli/exit_status.hpp"
#include "fhirehose/load.hpp"

namespace fhirehose::cli {

enum class ReportForm : std::uint8_t { kText, kJson };

/// Loads with the progress shown on standard error, prints the report, and tells what to end with.
ExitStatus watch_load(
    const std::function<std::variant<Report, Refused>(Progress&, Observer&)>& load,
    ReportForm form);

}  // namespace fhirehose::cli
