#include "cli/report_text.hpp"

#include <fmt/format.h>

#include "cli/text_table.hpp"
#include "core/byte_size.hpp"

namespace fhirehose::cli {
namespace {

constexpr std::size_t kShownBadRecords = 20;

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

std::string problem_lines(const std::vector<Problem>& problems) {
  std::string text;
  for (const Problem& problem : problems)
    text += fmt::format("problem   {}: {}\n", problem.where, problem.what);
  return text;
}

std::vector<std::string> type_row(const std::string& name, const TypeSummary& type) {
  return {name,
          grouped(type.resources),
          grouped(type.duplicates),
          core::format_byte_size(type.bytes),
          grouped(type.without_id),
          grouped(type.numeric_ids)};
}

std::string reference_lines(const Inspection& inspection) {
  std::string text;
  for (const auto& [name, type] : inspection.types) {
    if (type.refers_to.empty()) continue;
    text += fmt::format("refers    {} to {}\n", name, fmt::join(type.refers_to, " "));
  }
  return text;
}

std::string bad_record_lines(const Inspection& inspection) {
  std::string text;
  for (std::size_t i = 0; i < inspection.bad_records.size() && i < kShownBadRecords; ++i) {
    const BadRecord& bad = inspection.bad_records[i];
    text += fmt::format("rejected  {}:{} (bytes {}-{}): {}\n", bad.member, bad.line, bad.begin,
                        bad.end, bad.reason);
  }
  if (inspection.rejected > kShownBadRecords) {
    text += fmt::format("rejected  and {} more; --json lists them\n",
                        grouped(inspection.rejected - kShownBadRecords));
  }
  return text;
}

}  // namespace

std::string report_text(const Report& report) {
  TextTable table({"", "read", "loaded", "duplicate", "rejected"});
  for (const auto& [type, counts] : report.types)
    table.add(row(type.empty() ? "(unknown)" : type, counts));
  std::vector<std::string> total = row("total", report.total);
  total.push_back(verdict(report));
  table.add(std::move(total));
  std::string text = table.str();
  text += problem_lines(report.problems);
  text += fmt::format("{}, {:.0f} resources/s, {} in flight x {} entries, {} at most\n",
                      duration(report.seconds), resources_per_second(report), report.concurrency,
                      report.batch, core::format_byte_size(report.peak_rss_bytes));
  if (report.total.rejected > 0) {
    text += fmt::format("{} rejected: fhirehose deadletters {}\n", grouped(report.total.rejected),
                        report.run);
  }
  return text;
}

std::string inspection_text(const Inspection& inspection) {
  TextTable table({"", "resources", "duplicates", "size", "without id", "numeric ids"});
  for (const auto& [name, type] : inspection.types) table.add(type_row(name, type));
  std::string text = table.str();
  text += reference_lines(inspection);
  text += fmt::format("order     {}\n", fmt::join(inspection.order, " > "));
  text += bad_record_lines(inspection);
  text += problem_lines(inspection.problems);
  text += fmt::format("{} resources in {} members, {} duplicates, {} rejected; {} in {:.2f} s\n",
                      grouped(inspection.read), grouped(inspection.members.size()),
                      grouped(inspection.duplicate), grouped(inspection.rejected),
                      core::format_byte_size(inspection.bytes), inspection.seconds);
  return text;
}

}  // namespace fhirehose::cli
