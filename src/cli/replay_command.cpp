#include <memory>

#include <CLI/CLI.hpp>

#include "cli/commands.hpp"
#include "cli/option_groups.hpp"
#include "cli/watched_load.hpp"

namespace fhirehose::cli {
namespace {

struct ReplayRequest {
  ReplayOptions options;
  bool json = false;
};

ExitStatus run_replay(const ReplayRequest& request) {
  return watch_load(
      [&](Progress& progress, Observer& observer, const std::stop_token& stop) {
        return replay(request.options, progress, observer, stop);
      },
      request.json ? ReportForm::kJson : ReportForm::kText, request.options.state);
}

}  // namespace

void add_replay(CLI::App& program, Command& chosen) {
  auto request = std::make_shared<ReplayRequest>();
  CLI::App* const command = program.add_subcommand(
      "replay", "Send a run's dead letters again, with the options it was begun with");
  command->add_option("RUN", request->options.run, "Number of the run")
      ->required()
      ->default_str("")
      ->type_name("N")
      ->check(is_count);
  add_stage_option(*command, request->options.stage);
  command
      ->add_option("--to", request->options.target,
                   "Target; the run's if not given. At another server\n"
                   "credentials and the like are given anew")
      ->type_name("TARGET");
  add_profile_option(*command, request->options.profile);
  add_reach_options(*command, request->options.reach);
  add_state_option(*command, request->options.state);
  command->add_flag("--json", request->json, "Print the final report as one JSON object");
  command->callback([request, command, &chosen] {
    note_given(*command, request->options.reach);
    chosen = [request] { return run_replay(*request); };
  });
}

}  // namespace fhirehose::cli
