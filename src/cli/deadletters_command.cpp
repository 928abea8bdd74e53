#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/option_groups.hpp"
#include "core/json_writer.hpp"
#include "ledger/ledger.hpp"

namespace fhirehose::cli {
namespace {

struct DeadLettersRequest {
  std::filesystem::path state = LoadOptions{}.state;
  ledger::RunId run = 0;
  std::string format = "table";
};

std::string name_of(const ledger::DeadLetter& letter) {
  if (letter.type.empty()) return "-";
  return letter.resource_id.empty() ? letter.type : letter.type + "/" + letter.resource_id;
}

std::string table_line(const ledger::DeadLetter& letter) {
  return fmt::format("{}:{}  bytes {}-{}  {}  {}  {}", letter.member, letter.line, letter.begin,
                     letter.end, letter.stage, name_of(letter), letter.reason);
}

std::string json_line(const ledger::DeadLetter& letter) {
  core::JsonWriter json;
  json.object()
      .key("id")
      .number(static_cast<std::uint64_t>(letter.id))
      .key("member")
      .text(letter.member);
  json.key("line")
      .number(letter.line)
      .key("begin")
      .number(letter.begin)
      .key("end")
      .number(letter.end);
  json.key("stage").text(letter.stage).key("type").text(letter.type);
  json.key("resource_id").text(letter.resource_id).key("reason").text(letter.reason);
  json.key("attempts").number(std::uint64_t{letter.attempts});
  return json.end_object().str();
}

core::Status print(const DeadLettersRequest& request) {
  auto ledger = ledger::Ledger::open(request.state, ledger::Ledger::Access::kReadOnly);
  if (!ledger) return tl::unexpected(ledger.error());
  const auto run = (*ledger)->run(request.run);
  if (!run) return tl::unexpected(run.error());
  if (!*run) {
    return core::fail(core::ErrorKind::kUsage,
                      fmt::format("there is no run {} in {}", request.run, request.state.string()));
  }
  return (*ledger)->dead_letters(request.run, [&](const ledger::DeadLetter& letter) {
    fmt::print("{}\n", request.format == "ndjson" ? json_line(letter) : table_line(letter));
  });
}

ExitStatus run_deadletters(const DeadLettersRequest& request) {
  const core::Status printed = print(request);
  if (printed) return ExitStatus::kAllLoaded;
  fmt::print(stderr, "fhirehose: {}\n", printed.error().message);
  return ExitStatus::kUsage;
}

}  // namespace

void add_deadletters(CLI::App& program, Command& chosen) {
  auto request = std::make_shared<DeadLettersRequest>();
  CLI::App* const command = program.add_subcommand(
      "deadletters", "Show what a run could not load: where it stands and why");
  command->add_option("RUN", request->run, "Number of the run")->required()->type_name("N");
  add_state_option(*command, request->state);
  command->add_option("--format", request->format, "table, or ndjson: one JSON object a line")
      ->check(CLI::IsMember({"table", "ndjson"}))
      ->type_name("FORMAT");
  command->callback(
      [request, &chosen] { chosen = [request] { return run_deadletters(*request); }; });
}

}  // namespace fhirehose::cli
