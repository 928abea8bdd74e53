#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <variant>

#include "cli/exit_status.hpp"
#include "fhirehose/load.hpp"

namespace fhirehose::cli {

enum class ReportForm : std::uint8_t { kText, kJson };

/// Loads with the progress shown on standard error, prints the report, and tells what to end with.
/// SIGINT and SIGTERM ask the load to stop. `state`: where its ledger is.
ExitStatus watch_load(
    const std::function<std::variant<Report, Refused>(Progress&, Observer&, std::stop_token)>& load,
    ReportForm form, const std::filesystem::path& state);

}  // namespace fhirehose::cli
