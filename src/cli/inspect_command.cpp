#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/inspection_text.hpp"
#include "cli/option_groups.hpp"
#include "cli/tell.hpp"
#include "fhirehose/inspect.hpp"

namespace fhirehose::cli {
namespace {

struct InspectRequest {
  InputOptions options;
  bool json = false;
};

ExitStatus run_inspect(const InspectRequest& request) {
  Progress progress;
  const auto result = inspect(request.options, progress);
  if (const auto* refused = std::get_if<Refused>(&result)) {
    tell("fhirehose: {}\n", refused->message);
    return ExitStatus::kUsage;
  }
  const Inspection& inspection = std::get<Inspection>(result);
  fmt::print("{}", request.json ? to_json(inspection) + "\n" : inspection_text(inspection));
  const bool clean = inspection.rejected == 0 && !may_lack_records(inspection.problems);
  return clean ? ExitStatus::kAllLoaded : ExitStatus::kSomeRejected;
}

}  // namespace

void add_inspect(CLI::App& program, Command& chosen) {
  auto request = std::make_shared<InspectRequest>();
  CLI::App* const command = program.add_subcommand(
      "inspect",
      "Tell what is in an input: types, counts, sizes, references, duplicates, problems");
  add_input_options(*command, request->options);
  command->add_flag("--json", request->json, "Print one JSON object");
  command->callback([request, &chosen] { chosen = [request] { return run_inspect(*request); }; });
}

}  // namespace fhirehose::cli
