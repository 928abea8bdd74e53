#pragma once

#include <string>

#include "fhirehose/options.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): CLI11 calls itself so.
namespace CLI {
class App;
}

namespace fhirehose::cli {

// The one place where each option has its name, unit and effect: makes the help, the `--config`
// file and, through the help, docs/options.md.

/// How an input is read; for every command that reads one.
void add_input_options(CLI::App& command, InputOptions& options);
void add_load_options(CLI::App& command, LoadOptions& options);
/// How a FHIR server is reached, and as whom; for every command that reaches one.
void add_access_options(CLI::App& command, ServerAccess& access);
/// How long to bear with it; likewise.
void add_endurance_options(CLI::App& command, Endurance& endurance);
/// Both, with what is sent at once; for a run that is taken up again.
void add_reach_options(CLI::App& command, ReachOptions& options);
/// Once the command line is read: which of them it has.
void note_given(const CLI::App& command, ReachOptions& options);
/// What the source's resources are called at the target.
void add_identity_options(CLI::App& command, Identity& identity);
void add_profile_option(CLI::App& command, std::string& profile);
/// Of dead letters.
void add_stage_option(CLI::App& command, std::string& stage);
void add_state_option(CLI::App& command, std::filesystem::path& state);

/// For CLI11's `check`: a sentence where `text` is no whole number from 1 on.
std::string is_count(const std::string& text);
/// Likewise from 0 on.
std::string is_number(const std::string& text);

}  // namespace fhirehose::cli
