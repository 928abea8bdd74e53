#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/option_groups.hpp"
#include "cli/progress_display.hpp"
#include "cli/report_text.hpp"
#include "fhirehose/load.hpp"

namespace fhirehose::cli {
namespace {

struct LoadRequest {
  LoadOptions options;
  bool json = false;
};

ExitStatus run_load(const LoadRequest& request) {
  Progress progress;
  std::optional<ProgressDisplay> display(std::in_place, progress);
  const auto result = load(request.options, progress, *display);
  display.reset();
  if (const auto* refused = std::get_if<Refused>(&result)) {
    fmt::print(stderr, "fhirehose: {}\n", refused->message);
    return ExitStatus::kUsage;
  }
  const Report& report = std::get<Report>(result);
  fmt::print("{}", request.json ? to_json(report) + "\n" : report_text(report));
  if (report.state == State::kStopped)
    fmt::print(stderr, "fhirehose: stopped: {}\n", report.stopped_because);
  return exit_status(report);
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
