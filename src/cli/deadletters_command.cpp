#include <map>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/letter_text.hpp"
#include "cli/option_groups.hpp"
#include "cli/tell.hpp"
#include "ledger/ledger.hpp"

namespace fhirehose::cli {
namespace {

struct DeadLettersRequest {
  std::filesystem::path state = LoadOptions{}.state;
  ledger::RunId run = 0;
  std::string format = "table";
  std::string stage;
  bool all = false;
};

const std::map<std::string, std::string (*)(const ledger::DeadLetter&)> kFormats = {
    {"table", table_line}, {"ndjson", json_line}, {"outcomes", outcome_line}};

core::Status print(const DeadLettersRequest& request) {
  auto ledger = ledger::Ledger::open(request.state, ledger::Ledger::Access::kReadOnly);
  if (!ledger) return tl::unexpected(ledger.error());
  if (const auto run = (*ledger)->existing_run(request.run); !run)
    return tl::unexpected(run.error());
  const auto line = kFormats.at(request.format);
  bool any = false;
  core::Status read = (*ledger)->dead_letters(request.run, [&](const ledger::DeadLetter& letter) {
    const bool of_stage = request.stage.empty() || request.stage == letter.stage;
    if (!of_stage || (!request.all && letter.resolved_by != 0)) return;
    fmt::print("{}\n", line(letter));
    any = true;
  });
  if (read && !any) {
    tell("run {} has no {}dead letters{}\n", request.run,
         request.stage.empty() ? "" : request.stage + " ", request.all ? "" : " left");
  }
  return read;
}

ExitStatus run_deadletters(const DeadLettersRequest& request) {
  const core::Status printed = print(request);
  if (printed) return ExitStatus::kAllLoaded;
  tell("fhirehose: {}\n", printed.error().message);
  return ExitStatus::kUsage;
}

}  // namespace

void add_deadletters(CLI::App& program, Command& chosen) {
  auto request = std::make_shared<DeadLettersRequest>();
  CLI::App* const command = program.add_subcommand(
      "deadletters", "Show what a run could not load: where it stands and why");
  command->add_option("RUN", request->run, "Number of the run")
      ->required()
      ->default_str("")
      ->type_name("N")
      ->check(is_count);
  add_state_option(*command, request->state);
  command
      ->add_option(
          "--format", request->format,
          "table; ndjson: one JSON object a line; or outcomes: one OperationOutcome a line, with "
          "what the server said")
      ->check(CLI::IsMember({"table", "ndjson", "outcomes"}))
      ->type_name("FORMAT");
  add_stage_option(*command, request->stage);
  command->add_flag("--all", request->all, "Those too that a replay has loaded since");
  command->callback(
      [request, &chosen] { chosen = [request] { return run_deadletters(*request); }; });
}

}  // namespace fhirehose::cli
