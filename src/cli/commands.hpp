#pragma once

#include <functional>

#include "cli/exit_status.hpp"

namespace CLI {
class App;
}

namespace fhirehose::cli {

/// What a subcommand does once its options are read.
using Command = std::function<ExitStatus()>;

/// Each adds its subcommand to the program: one file a subcommand. The command that was asked for
/// is put into `chosen` while the line is parsed.
void add_load(CLI::App& program, Command& chosen);
void add_resume(CLI::App& program, Command& chosen);
void add_verify(CLI::App& program, Command& chosen);
void add_replay(CLI::App& program, Command& chosen);
void add_inspect(CLI::App& program, Command& chosen);
void add_runs(CLI::App& program, Command& chosen);
void add_deadletters(CLI::App& program, Command& chosen);

}  // namespace fhirehose::cli
