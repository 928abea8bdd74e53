#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/option_groups.hpp"
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

ExitStatus failed(const core::Error& error) {
  fmt::print(stderr, "fhirehose: {}\n", error.message);
  return ExitStatus::kUsage;
}

std::vector<std::string> row(const ledger::Run& run) {
  return {std::to_string(run.id),
          core::format_instant(run.started),
          run.state,
          grouped(run.counts.read),
          grouped(run.counts.loaded),
          grouped(run.counts.duplicate),
          grouped(run.counts.rejected),
          fmt::format("{} -> {}", fmt::join(run.start.sources, " "), run.start.target)};
}

std::string json_line(const ledger::Run& run) {
  core::JsonWriter json;
  json.object().key("run").number(static_cast<std::uint64_t>(run.id)).key("state").text(run.state);
  json.key("command")
      .text(run.start.command)
      .key("started")
      .text(core::format_instant(run.started));
  if (run.ended) json.key("ended").text(core::format_instant(*run.ended));
  json.key("sources").array();
  for (const std::string& source : run.start.sources) json.text(source);
  json.end_array().key("target").text(run.start.target).key("options").raw(run.start.options);
  json.key("read").number(run.counts.read).key("loaded").number(run.counts.loaded);
  json.key("duplicate").number(run.counts.duplicate).key("rejected").number(run.counts.rejected);
  if (!run.report.empty()) json.key("report").raw(run.report);
  return json.end_object().str();
}

core::Result<std::vector<ledger::Run>> asked_for(const RunsRequest& request) {
  auto ledger = ledger::Ledger::open(request.state, ledger::Ledger::Access::kReadOnly);
  if (!ledger) return tl::unexpected(ledger.error());
  if (!request.run) return (*ledger)->runs();
  auto run = (*ledger)->run(*request.run);
  if (!run) return tl::unexpected(run.error());
  if (!*run) {
    return core::fail(core::ErrorKind::kUsage, fmt::format("there is no run {} in {}", *request.run,
                                                           request.state.string()));
  }
  return std::vector<ledger::Run>{**std::move(run)};
}

ExitStatus run_runs(const RunsRequest& request) {
  const auto runs = asked_for(request);
  if (!runs) return failed(runs.error());
  TextTable table({"run", "started", "state", "read", "loaded", "duplicate", "rejected", "what"});
  for (const ledger::Run& run : *runs) {
    if (request.json) fmt::print("{}\n", json_line(run));
    table.add(row(run));
  }
  if (!request.json) fmt::print("{}", table.str());
  return ExitStatus::kAllLoaded;
}

}  // namespace

void add_runs(CLI::App& program, Command& chosen) {
  auto request = std::make_shared<RunsRequest>();
  CLI::App* const command =
      program.add_subcommand("runs", "List the runs of a state directory, or show one");
  command->add_option("RUN", request->run, "Number of a run")->type_name("N");
  add_state_option(*command, request->state);
  command->add_flag("--json", request->json, "Print a JSON object a run, with its report");
  command->callback([request, &chosen] { chosen = [request] { return run_runs(*request); }; });
}

}  // namespace fhirehose::cli
