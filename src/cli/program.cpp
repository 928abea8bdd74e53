#include "cli/program.hpp"

#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"

namespace fhirehose::cli {
namespace {

constexpr const char* kDescription =
    "fhirehose loads FHIR in bulk: point it at an archive and at a FHIR server, and every resource "
    "gets in,\n"
    "with a report that proves that none was lost.";

constexpr const char* kFooter =
    "Examples:\n"
    "  fhirehose inspect archive.zip                        what is in it; sends nothing\n"
    "  fhirehose load archive.zip                           into ./fhirehose.db, an SQLite file\n"
    "  fhirehose load archive.zip --to http://host/fhir     into a FHIR server\n"
    "  fhirehose resume                                     go on after a crash or a stop\n"
    "  fhirehose verify archive.zip --to http://host/fhir   read it back and compare\n"
    "  fhirehose deadletters 1                              what run 1 could not load, and why\n"
    "  fhirehose replay 1                                   send that again\n"
    "\n"
    "Exit status: 0 all loaded, 1 some rejected, 2 wrong usage, 3 stopped and resumable, 4 records "
    "missing (a bug)";

/// CLI11 says of a name that it does not know: `INI was not able to parse load.tenent`.
std::string sentence(const CLI::ParseError& error) {
  constexpr std::string_view kExtra = "INI was not able to parse ";
  const std::string_view what = error.what();
  if (!what.starts_with(kExtra)) return std::string(what);
  return fmt::format("there is no option for {} in the file of --config",
                     what.substr(kExtra.size()));
}

int parse_and_run(CLI::App& program, const Command& chosen, int argc, const char* const* argv) {
  try {
    program.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return program.exit(success);
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "fhirehose: {}\nfhirehose --help tells what there is.\n", sentence(error));
    return static_cast<int>(ExitStatus::kUsage);
  }
  return static_cast<int>(chosen());
}

}  // namespace

int run_program(int argc, const char* const* argv) {
  CLI::App program(kDescription, "fhirehose");
  program.footer(kFooter);
  program.set_version_flag("--version", FHIREHOSE_VERSION);
  program.require_subcommand(1);
  program
      .set_config("--config", "", "Options from a TOML file; its section [load] has those of load")
      ->type_name("FILE");
  // A misspelled option must not be missing in silence: it might be the tenant's label.
  program.allow_config_extras(CLI::config_extras_mode::error);
  program.option_defaults()->always_capture_default();
  Command chosen;
  add_load(program, chosen);
  add_resume(program, chosen);
  add_verify(program, chosen);
  add_inspect(program, chosen);
  add_runs(program, chosen);
  add_deadletters(program, chosen);
  add_replay(program, chosen);
  try {
    return parse_and_run(program, chosen, argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "fhirehose: {}\n", error.what());
    return static_cast<int>(ExitStatus::kStopped);
  }
}

}  // namespace fhirehose::cli
