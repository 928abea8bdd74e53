#include "cli/verification_text.hpp"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "cli/report_text.hpp"
#include "cli/text_table.hpp"
#include "core/byte_size.hpp"

namespace fhirehose::cli {
namespace {

constexpr std::size_t kDifferencesShown = 20;

/// Columns that are empty for most: shown where something stands in them.
struct Columns {
  bool unreadable = false;
  bool rejected = false;
};

std::vector<std::string> row(const std::string& name, const Compared& compared,
                             const Columns& columns) {
  std::vector<std::string> cells = {name,
                                    grouped(compared.source),
                                    compared.in_target ? grouped(*compared.in_target) : "?",
                                    grouped(compared.compared),
                                    grouped(compared.equal),
                                    grouped(compared.different),
                                    grouped(compared.missing)};
  if (columns.unreadable) cells.push_back(grouped(compared.unreadable));
  if (columns.rejected) cells.push_back(grouped(compared.rejected));
  return cells;
}

std::string shown_verdict(const Verification& verification) {
  if (verification.state == State::kStopped) return "stopped";
  return is_equal(verification) ? verdict(verification) : "NOT EQUAL";
}

std::string table(const Verification& verification) {
  const Columns columns{verification.total.unreadable > 0, verification.total.rejected > 0};
  std::vector<std::string> head = {"",      "source",    "in target", "compared",
                                   "equal", "different", "missing"};
  if (columns.unreadable) head.emplace_back("unreadable");
  if (columns.rejected) head.emplace_back("rejected");
  TextTable table(std::move(head));
  for (const auto& [type, compared] : verification.types) table.add(row(type, compared, columns));
  std::vector<std::string> total = row("total", verification.total, columns);
  total.push_back(shown_verdict(verification));
  table.add(std::move(total));
  return table.str();
}

std::string lacking_lines(const Verification& verification) {
  std::string text;
  for (const auto& [type, compared] : verification.types) {
    if (compared.lacking == 0) continue;
    text += fmt::format("lacking    {} {} by the target's own count\n", grouped(compared.lacking),
                        type);
  }
  return text;
}

std::string difference_lines(const Verification& verification) {
  std::string text;
  const std::size_t shown = std::min(kDifferencesShown, verification.differences.size());
  for (const Difference& difference : std::span(verification.differences).first(shown)) {
    text += fmt::format("{:<10} {}/{}{}{}   {}:{}\n", difference.kind, difference.type,
                        difference.id, difference.what.empty() ? "" : ": ", difference.what,
                        difference.member, difference.line);
  }
  const Compared& total = verification.total;
  const std::uint64_t all = total.different + total.missing + total.unreadable + total.rejected;
  if (all > shown) {
    text += fmt::format("and {} more; --differences FILE has them all\n", grouped(all - shown));
  }
  return text;
}

std::string sample_line(const Verification& verification) {
  if (verification.sampled_of == 0) return "";
  std::string text =
      fmt::format("sample     {} of {}, seed {}", grouped(verification.total.compared),
                  grouped(verification.sampled_of), verification.seed);
  if (verification.share_below > 0) {
    text += fmt::format(": with 99 % confidence fewer than {:.2g} % differ",
                        100 * verification.share_below);
  }
  return text + "\n";
}

}  // namespace

std::string verification_text(const Verification& verification) {
  std::string text = table(verification);
  text += lacking_lines(verification);
  text += difference_lines(verification);
  text += sample_line(verification);
  if (verification.rejected > 0) {
    text += fmt::format("rejected   {} records of the input are no resources: fhirehose inspect\n",
                        grouped(verification.rejected));
  }
  text += problem_lines(verification.problems);
  const double rate = verification.seconds > 0
                          ? static_cast<double>(verification.total.compared) / verification.seconds
                          : 0;
  text += fmt::format("{:.1f} s, {:.0f} resources/s compared, {} at most\n", verification.seconds,
                      rate, core::format_byte_size(verification.peak_rss_bytes));
  return text;
}

}  // namespace fhirehose::cli
