#include "cli/program.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/options_file.hpp"
#include "cli/tell.hpp"

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
    "Exit status: 0 all loaded, 1 some rejected or not readable, 2 nothing was begun (wrong usage, "
    "server not reached),\n3 stopped and resumable, 4 records missing (a bug)";

/// A variable of the shell that is not set must not mean that an option was not given: what hangs
/// on it, such as credentials or the name of a source system, would be missing in silence.
std::string is_given(const std::string& text) { return text.empty() ? "nothing is given" : ""; }

void refuse_empty_values(CLI::App& command) {
  for (CLI::Option* const option : command.get_options()) {
    if (option->get_items_expected_max() > 0) option->check(is_given);
  }
}

/// What CLI11 says, where it says that in its own terms.
std::string sentence(const CLI::ParseError& error) {
  const std::string_view what = error.what();
  const auto behind = [what](std::string_view front) -> std::string_view {
    return what.starts_with(front) ? what.substr(front.size()) : std::string_view();
  };
  if (std::string_view name = behind("INI was not able to parse "); !name.empty()) {
    const bool section = name.ends_with(".++");
    if (section) name.remove_suffix(3);
    return fmt::format("there is no {} {} in the file of --config",
                       section ? "command for the section" : "option for", name);
  }
  if (const auto pair = behind("Could not convert: "); !pair.empty()) {
    const std::size_t middle = pair.find(" = ");
    return fmt::format("{}: {} is no number that it can take", pair.substr(0, middle),
                       pair.substr(std::min(pair.size(), middle + 3)));
  }
  if (const std::size_t end = what.find(": 1 required "); end != std::string_view::npos) {
    return fmt::format("{}: its value is missing", what.substr(0, end));
  }
  return std::string(what);
}

/// The first word where no command is known by it; empty if there is one or none is given.
std::string_view unknown_command(const CLI::App& program, int argc, const char* const* argv) {
  if (argc < 2 || *argv[1] == '-') return {};
  const std::string_view word = argv[1];
  const auto is_word = [word](const CLI::App* command) { return command->get_name() == word; };
  return program.get_subcommands(is_word).empty() ? word : std::string_view();
}

int parse_and_run(CLI::App& program, const Command& chosen, int argc, const char* const* argv) {
  try {
    program.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return program.exit(success);
  } catch (const CLI::ParseError& error) {
    const auto command = unknown_command(program, argc, argv);
    tell("fhirehose: {}\nfhirehose --help tells what there is.\n",
         command.empty() ? sentence(error) : fmt::format("there is no command {}", command));
    return static_cast<int>(ExitStatus::kUsage);
  }
  return static_cast<int>(chosen());
}

/// What a script reads must not be missing without a word.
int checked_output(int status) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
  tell("fhirehose: standard output can't be written: {}\n", std::strerror(errno));
  const bool fine = status == static_cast<int>(ExitStatus::kAllLoaded);
  return fine ? static_cast<int>(ExitStatus::kSomeRejected) : status;
}

}  // namespace

int run_program(int argc, const char* const* argv) {
  // A load must not end because nobody reads what it says any more, or because a server goes while
  // OpenSSL writes to it.
  std::signal(SIGPIPE, SIG_IGN);
  CLI::App program(kDescription, "fhirehose");
  program.footer(kFooter);
  program.set_version_flag("--version", FHIREHOSE_VERSION);
  program.require_subcommand(1);
  program
      .set_config("--config", "", "Options from a TOML file; its section [load] has those of load")
      ->type_name("FILE");
  program.config_formatter(make_options_file());
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
  refuse_empty_values(program);
  for (CLI::App* const command : program.get_subcommands({})) refuse_empty_values(*command);
  try {
    return checked_output(parse_and_run(program, chosen, argc, argv));
  } catch (const std::exception& error) {
    // fmt reports by an exception what it could not write.
    if (std::ferror(stdout) != 0) return checked_output(static_cast<int>(ExitStatus::kAllLoaded));
    tell("fhirehose: {}\n", error.what());
    return static_cast<int>(ExitStatus::kStopped);
  }
}

}  // namespace fhirehose::cli
