#include <memory>

#include <CLI/CLI.hpp>

#include "cli/commands.hpp"
#include "cli/option_groups.hpp"
#include "cli/watched_load.hpp"

namespace fhirehose::cli {
namespace {

struct LoadRequest {
  LoadOptions options;
  bool json = false;
};

ExitStatus run_load(const LoadRequest& request) {
  return watch_load(
      [&](Progress& progress, Observer& observer, const std::stop_token& stop) {
        return load(request.options, progress, observer, stop);
      },
      request.json ? ReportForm::kJson : ReportForm::kText, request.options.state);
}

}  // namespace

void add_load(CLI::App& program, Command& chosen) {
  auto request = std::make_shared<LoadRequest>();
  CLI::App* const command = program.add_subcommand("load", "Load FHIR into a target");
  add_load_options(*command, request->options);
  command->add_flag("--json", request->json, "Print the final report as one JSON object");
  command->fallthrough();
  command->callback([request, &chosen] { chosen = [request] { return run_load(*request); }; });
}

}  // namespace fhirehose::cli
