#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/option_groups.hpp"
#include "cli/progress_display.hpp"
#include "cli/tell.hpp"
#include "cli/verification_text.hpp"
#include "fhirehose/verify.hpp"

namespace fhirehose::cli {
namespace {

struct VerifyRequest {
  VerifyOptions options;
  bool json = false;
};

ExitStatus failed(const std::string& message, ExitStatus status) {
  tell("fhirehose: {}\n", message);
  return status;
}

ExitStatus run_verify(const VerifyRequest& request) {
  Progress progress;
  std::optional<ProgressDisplay> display(std::in_place, progress);
  const auto result = verify(request.options, progress, *display);
  display.reset();
  if (const auto* refused = std::get_if<Refused>(&result))
    return failed(refused->message, ExitStatus::kUsage);
  if (const auto* unreachable = std::get_if<Unreachable>(&result))
    return failed(unreachable->message, ExitStatus::kStopped);
  const auto& found = std::get<Verification>(result);
  fmt::print("{}", request.json ? to_json(found) + "\n" : verification_text(found));
  if (found.state == State::kStopped)
    return failed("stopped: " + found.stopped_because, ExitStatus::kStopped);
  const bool whole = !may_lack_records(found.problems);
  return is_equal(found) && whole ? ExitStatus::kAllLoaded : ExitStatus::kSomeRejected;
}

}  // namespace

void add_verify(CLI::App& program, Command& chosen) {
  auto request = std::make_shared<VerifyRequest>();
  VerifyOptions& options = request->options;
  CLI::App* const command = program.add_subcommand(
      "verify",
      "Read a target back and compare it with what a load of the same input, with the "
      "same options, writes there");
  add_load_options(*command, options.load);
  command->get_option("--to")->description(
      "Target: http(s)://HOST/BASE of a FHIR server, or sqlite:FILE");
  CLI::Option* const sample =
      command
          ->add_option("--sample", options.sample,
                       "Compare about so many resources, chosen by chance; all if not given")
          ->type_name("N")
          ->check(is_count);
  command->add_option("--seed", options.seed, "Of the choice: the same seed, the same resources")
      ->needs(sample)
      ->type_name("N")
      ->check(is_number);
  command
      ->add_option("--run", options.run,
                   "What this run of --state has rejected is told apart, and is no difference")
      ->type_name("N")
      ->check(is_count);
  command
      ->add_option(
          "--differences", options.differences,
          "Gets all differences, one JSON object a line; made for its owner alone, and must not be "
          "there yet")
      ->type_name("FILE");
  command->add_flag("--json", request->json, "Print the result as one JSON object");
  command->fallthrough();
  command->callback([request, &chosen] { chosen = [request] { return run_verify(*request); }; });
}

}  // namespace fhirehose::cli
