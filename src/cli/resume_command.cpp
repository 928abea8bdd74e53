#include <memory>

#include <CLI/CLI.hpp>

#include "cli/commands.hpp"
#include "cli/option_groups.hpp"
#include "cli/watched_load.hpp"

namespace fhirehose::cli {
namespace {

struct ResumeRequest {
  ResumeOptions options;
  bool json = false;
};

ExitStatus run_resume(const ResumeRequest& request) {
  return watch_load(
      [&](Progress& progress, Observer& observer, const std::stop_token& stop) {
        return resume(request.options, progress, observer, stop);
      },
      request.json ? ReportForm::kJson : ReportForm::kText, request.options.state);
}

}  // namespace

void add_resume(CLI::App& program, Command& chosen) {
  auto request = std::make_shared<ResumeRequest>();
  CLI::App* const command = program.add_subcommand(
      "resume", "Go on with a run that was stopped or killed, with the options it was begun with");
  command
      ->add_option("RUN", request->options.run,
                   "Number of the run; the newest that can be resumed if not given")
      ->type_name("N")
      ->check(is_count);
  add_reach_options(*command, request->options.reach);
  add_state_option(*command, request->options.state);
  command->add_flag("--json", request->json, "Print the final report as one JSON object");
  command->callback([request, command, &chosen] {
    note_given(*command, request->options.reach);
    chosen = [request] { return run_resume(*request); };
  });
}

}  // namespace fhirehose::cli
