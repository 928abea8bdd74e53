#include "cli/watched_load.hpp"

#include <optional>

#include <fmt/format.h>

#include "cli/progress_display.hpp"
#include "cli/report_text.hpp"
#include "cli/stop_signals.hpp"
#include "cli/tell.hpp"

namespace fhirehose::cli {

ExitStatus watch_load(
    const std::function<std::variant<Report, Refused>(Progress&, Observer&, std::stop_token)>& load,
    ReportForm form, const std::filesystem::path& state) {
  StopSignals signals;
  Progress progress;
  std::optional<ProgressDisplay> display(std::in_place, progress);
  const auto result = load(progress, *display, signals.token());
  display.reset();
  if (const auto* refused = std::get_if<Refused>(&result)) {
    tell("fhirehose: {}\n", refused->message);
    return ExitStatus::kUsage;
  }
  const Report& report = std::get<Report>(result);
  fmt::print("{}", form == ReportForm::kJson ? to_json(report) + "\n" : report_text(report, state));
  if (report.state == State::kStopped) {
    tell("fhirehose: stopped: {}\nresume:   fhirehose resume {}{}\n", report.stopped_because,
         report.run, state_hint(state));
  }
  return exit_status(report);
}

}  // namespace fhirehose::cli
