#include "cli/report_text.hpp"

#include <fmt/format.h>

#include "cli/text_table.hpp"
#include "core/byte_size.hpp"
#include "fhirehose/options.hpp"

namespace fhirehose::cli {
namespace {

std::vector<std::string> row(const std::string& name, const Counts& counts) {
  return {name, grouped(counts.read), grouped(counts.loaded), grouped(counts.duplicate),
          grouped(counts.rejected)};
}

std::string verdict(const Report& report) {
  if (report.state == State::kStopped) return "stopped";
  return report.total.conserved() ? "conserved"
                                  : "NOT CONSERVED: records are missing, this is a bug";
}

std::string duration(double seconds) {
  if (seconds < 60) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<std::uint64_t>(seconds);
  return fmt::format("{} min {:02} s", whole / 60, whole % 60);
}

/// `knee at 4 in flight x 120 entries`
std::string pace(const Report& report) {
  const std::string what =
      fmt::format("{} in flight x {} entries", report.concurrency, report.batch);
  const std::string& why = report.concurrency_reason;
  if (why == "knee") return "knee at " + what;
  return why.empty() || why == "fixed" ? what : fmt::format("{} ({})", what, why);
}

}  // namespace

std::string problem_lines(const std::vector<Problem>& problems) {
  constexpr std::size_t kNotesShown = 20;
  std::string text;
  std::size_t notes = 0;
  for (const Problem& problem : problems) {
    const bool note = problem.harm == Problem::Harm::kNone;
    if (note && ++notes > kNotesShown) continue;
    text += fmt::format("{:<10}{}: {}\n", note ? "note" : "problem", problem.where, problem.what);
  }
  if (notes > kNotesShown) {
    text += fmt::format("note      and {} more; --json lists them\n", grouped(notes - kNotesShown));
  }
  return text;
}

std::string state_hint(const std::filesystem::path& state) {
  if (state == LoadOptions{}.state) return "";
  std::string quoted;
  for (const char c : state.string()) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  const bool plain = quoted.find_first_not_of(
                         "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-+") ==
                     std::string::npos;
  return plain ? " --state " + quoted : " --state '" + quoted + "'";
}

std::string report_text(const Report& report, const std::filesystem::path& state) {
  TextTable table({"", "read", "loaded", "duplicate", "rejected"});
  for (const auto& [type, counts] : report.types)
    table.add(row(type.empty() ? "(unknown)" : type, counts));
  std::vector<std::string> total = row("total", report.total);
  total.push_back(verdict(report));
  table.add(std::move(total));
  std::string text = table.str();
  if (report.search_outcomes > 0) {
    text += fmt::format("{} search outcomes left out: they are no resources\n",
                        grouped(report.search_outcomes));
  }
  if (report.bad_last_updated > 0) {
    text += fmt::format(
        "{} records have a meta.lastUpdated that is no instant: left out, the server sets its "
        "own\n",
        grouped(report.bad_last_updated));
  }
  text += problem_lines(report.problems);
  text += fmt::format("{}, {:.0f} resources/s, {}, {} at most\n", duration(report.seconds),
                      resources_per_second(report), pace(report),
                      core::format_byte_size(report.peak_rss_bytes));
  if (!report.profile.empty()) {
    text += fmt::format("into {}, profile {}\n", report.target, report.profile);
  }
  if (report.settled_earlier.read > 0) {
    text += fmt::format("{} were settled before the run was resumed, and not sent again\n",
                        grouped(report.settled_earlier.read));
  }
  if (const Deferred& deferred = report.deferred; deferred.waited > 0) {
    text +=
        fmt::format("{} waited for what they refer to: {} loaded, {} rejected\n",
                    grouped(deferred.waited), grouped(deferred.loaded), grouped(deferred.rejected));
  }
  if (report.total.rejected > 0) {
    text += fmt::format("{} rejected: fhirehose deadletters {}{}\n", grouped(report.total.rejected),
                        report.run, state_hint(state));
  }
  return text;
}

}  // namespace fhirehose::cli
