#pragma once

namespace fhirehose::cli {

/// The whole program: reads the command line, runs the subcommand, returns the exit status.
int run_program(int argc, const char* const* argv);

}  // namespace fhirehose::cli
