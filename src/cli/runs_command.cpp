#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/option_groups.hpp"
#include "cli/tell.hpp"
#include "cli/text_table.hpp"
#include "core/json_writer.hpp"
#include "ledger/ledger.hpp"

namespace fhirehose::cli {
namespace {

struct RunsRequest {
  std::filesystem::path state = LoadOptions{}.state;
  std::optional<ledger::RunId> run;
  bool json = false;
};

std::string what_of(const ledger::RunStart& start) {
  if (!start.replay_of) return fmt::format("{}", fmt::join(start.sources, " "));
  return fmt::format("dead letters of run {}", *start.replay_of);
}

std::vector<std::string> row(const ledger::Run& run, std::uint64_t resolved) {
  return {std::to_string(run.id),
          core::format_instant(run.started),
          run.state,
          grouped(run.counts.read),
          grouped(run.counts.loaded),
          grouped(run.counts.duplicate),
          grouped(run.counts.rejected),
          grouped(resolved),
          fmt::format("{} -> {}", what_of(run.start), run.start.target)};
}

std::string json_line(const ledger::Run& run, std::uint64_t resolved) {
  core::JsonWriter json;
  json.object().key("run").number(static_cast<std::uint64_t>(run.id)).key("state").text(run.state);
  json.key("command")
      .text(run.start.command)
      .key("started")
      .text(core::format_instant(run.started));
  if (run.ended) json.key("ended").text(core::format_instant(*run.ended));
  json.key("sources").array();
  for (const std::string& source : run.start.sources) json.text(source);
  json.end_array();
  if (run.start.replay_of) {
    json.key("replay_of_run_id").number(static_cast<std::uint64_t>(*run.start.replay_of));
  }
  json.key("resolved")
      .number(resolved)
      .key("target")
      .text(run.start.target)
      .key("options")
      .raw(run.start.options);
  json.key("read").number(run.counts.read).key("loaded").number(run.counts.loaded);
  json.key("duplicate").number(run.counts.duplicate).key("rejected").number(run.counts.rejected);
  if (!run.report.empty()) json.key("report").raw(run.report);
  return json.end_object().str();
}

core::Result<std::vector<ledger::Run>> asked_for(const RunsRequest& request,
                                                 const ledger::Ledger& ledger) {
  if (!request.run) return ledger.runs();
  auto run = ledger.existing_run(*request.run);
  if (!run) return tl::unexpected(run.error());
  return std::vector<ledger::Run>{*std::move(run)};
}

core::Status print(const RunsRequest& request) {
  const auto ledger = ledger::Ledger::open(request.state, ledger::Ledger::Access::kReadOnly);
  if (!ledger) return tl::unexpected(ledger.error());
  const auto runs = asked_for(request, **ledger);
  if (!runs) return tl::unexpected(runs.error());
  TextTable table(
      {"run", "started", "state", "read", "loaded", "duplicate", "rejected", "resolved", "what"});
  for (const ledger::Run& run : *runs) {
    const auto letters = (*ledger)->letter_counts(run.id);
    if (!letters) return tl::unexpected(letters.error());
    if (request.json) fmt::print("{}\n", json_line(run, letters->resolved));
    table.add(row(run, letters->resolved));
  }
  if (!request.json) fmt::print("{}", table.str());
  return {};
}

ExitStatus run_runs(const RunsRequest& request) {
  const core::Status printed = print(request);
  if (printed) return ExitStatus::kAllLoaded;
  tell("fhirehose: {}\n", printed.error().message);
  return ExitStatus::kUsage;
}

}  // namespace

void add_runs(CLI::App& program, Command& chosen) {
  auto request = std::make_shared<RunsRequest>();
  CLI::App* const command =
      program.add_subcommand("runs", "List the runs of a state directory, or show one");
  command->add_option("RUN", request->run, "Number of a run")->type_name("N")->check(is_count);
  add_state_option(*command, request->state);
  command->add_flag("--json", request->json, "Print a JSON object a run, with its report");
  command->callback([request, &chosen] { chosen = [request] { return run_runs(*request); }; });
}

}  // namespace fhirehose::cli
