#include "pipeline/resumption.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "sink/open_sink.hpp"
#include "source/standard_input.hpp"

namespace fhirehose::pipeline {
namespace {

tl::unexpected<core::Error> refused(std::string why) {
  return core::fail(core::ErrorKind::kUsage, std::move(why));
}

core::Result<ledger::Run> newest_stopped(const ledger::Ledger& ledger) {
  const auto runs = ledger.runs();
  if (!runs) return tl::unexpected(runs.error());
  const auto found = std::ranges::find(*runs, std::string_view("stopped"), &ledger::Run::state);
  if (found == runs->end()) return refused("no run was stopped: there is nothing to resume");
  return *found;
}

bool is_relative(const ledger::RunStart& start) {
  const auto relative = [](const std::filesystem::path& path) {
    return path.is_relative() && path != source::kStandardInput;
  };
  const bool target = std::ranges::any_of(sink::files_of(start.target), relative);
  return target || std::ranges::any_of(start.sources, relative);
}

/// Names of members, and so of dead letters, begin with paths as they were given.
core::Status check_place(const ledger::Run& run) {
  std::error_code unknown;
  const std::string here = std::filesystem::current_path(unknown).string();
  if (here == run.start.directory || !is_relative(run.start)) return {};
  return refused(fmt::format("run {} was started in {} and names paths from there: resume it there",
                             run.id, run.start.directory));
}

}  // namespace

core::Result<std::unique_ptr<ledger::Ledger>> existing_ledger(
    const std::filesystem::path& directory) {
  using Access = ledger::Ledger::Access;
  // To write would make one.
  if (auto reading = ledger::Ledger::open(directory, Access::kReadOnly); !reading) return reading;
  return ledger::Ledger::open(directory, Access::kWrite);
}

core::Result<ledger::Run> resumable_run(const ledger::Ledger& ledger,
                                        std::optional<ledger::RunId> wanted) {
  auto run = wanted ? ledger.existing_run(*wanted) : newest_stopped(ledger);
  if (!run) return run;
  if (run->state == "finished") {
    return refused(fmt::format("run {} is finished: there is nothing to resume", run->id));
  }
  if (run->start.plan == 0) {
    return refused(
        fmt::format("run {} was begun by an older version of this program, whose notes this one "
                    "does not go by: load the input again",
                    run->id));
  }
  return check_place(*run).map([&] { return *std::move(run); });
}

core::Status check_target(const ledger::Run& run, const ledger::Settled& settled) {
  const std::vector<std::filesystem::path> files = sink::files_of(run.start.target);
  const bool loaded = std::ranges::any_of(
      settled.outcomes, [](const ledger::TypeOutcome& outcome) { return outcome.loaded > 0; });
  if (!loaded || files.empty()) return {};
  std::error_code unknown;
  if (std::filesystem::exists(files.front(), unknown)) return {};
  return refused(
      fmt::format("run {} has loaded into {}, which is not there any more: load the input again",
                  run.id, files.front().string()));
}

core::Status check_unchanged(std::span<const source::Member> now,
                             std::span<const ledger::SourceMember> then) {
  if (then.empty()) return {};
  for (std::size_t i = 0; i < then.size(); ++i) {
    if (i >= now.size() || now[i].name != then[i].name) {
      return refused(
          fmt::format("the input has changed: {} is not there any more, or not in its place; put "
                      "back what the run was begun with, or load anew",
                      then[i].name));
    }
    if (now[i].fingerprint != then[i].fingerprint || now[i].stored_bytes != then[i].stored_bytes) {
      return refused(fmt::format(
          "the input has changed: {} is not what it was when the run was begun; put it back, or "
          "load anew",
          then[i].name));
    }
  }
  if (now.size() == then.size()) return {};
  return refused(fmt::format("the input has changed: {} was not there when the run was begun",
                             now[then.size()].name));
}

}  // namespace fhirehose::pipeline
