#include "cli/inspection_text.hpp"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "cli/report_text.hpp"
#include "cli/text_table.hpp"
#include "core/byte_size.hpp"

namespace fhirehose::cli {
namespace {

constexpr std::size_t kShown = 20;  ///< of a list that may be long

template <class T>
std::span<const T> first_of(const std::vector<T>& list) {
  return std::span(list).first(std::min(list.size(), kShown));
}

/// Of `count` the JSON has the first `listed`.
std::string more_line(const std::string& what, std::uint64_t count, std::uint64_t listed) {
  if (count <= kShown) return "";
  return fmt::format("{:<8}  and {} more; --json lists {}\n", what, grouped(count - kShown),
                     listed == count ? "them" : "the first " + grouped(listed));
}

std::string more_line(const std::string& what, std::uint64_t count) {
  return more_line(what, count, count);
}

std::string type_table(const Inspection& inspection) {
  TextTable table({"", "resources", "duplicates", "size", "p50", "p99", "max", "without id",
                   "numeric ids", "illegal ids"});
  for (const auto& [name, type] : inspection.types) {
    table.add({name, grouped(type.resources), grouped(type.duplicates),
               core::format_byte_size(type.bytes), core::format_byte_size(type.size.p50),
               core::format_byte_size(type.size.p99), core::format_byte_size(type.size.max),
               grouped(type.without_id), grouped(type.numeric_ids), grouped(type.illegal_ids)});
  }
  return table.str();
}

/// All references, as cells in the order of the table's columns.
std::vector<std::uint64_t> cells(const ReferenceSummary& references) {
  return {references.present,   references.missing,      references.conditional,
          references.contained, references.urn_resolved, references.urn_unresolved,
          references.other};
}

bool any(const ReferenceSummary& references) {
  return std::ranges::any_of(cells(references), [](std::uint64_t count) { return count > 0; });
}

std::vector<std::string> reference_row(const std::string& name,
                                       const ReferenceSummary& references) {
  std::vector<std::string> row = {name};
  for (const std::uint64_t count : cells(references)) row.push_back(grouped(count));
  return row;
}

std::string reference_table(const Inspection& inspection) {
  if (!any(inspection.references)) return "";
  TextTable table({"references of", "present", "missing", "conditional", "contained",
                   "urn in Bundle", "urn missing", "other"});
  for (const auto& [name, type] : inspection.types) {
    if (any(type.references)) table.add(reference_row(name, type.references));
  }
  table.add(reference_row("total", inspection.references));
  return "\n" + table.str();
}

std::string member_table(const Inspection& inspection) {
  if (inspection.members.empty()) return "";
  TextTable table({"member", "stored", "unpacked", "records", "rejected"});
  for (const MemberSummary& member : first_of(inspection.members)) {
    table.add({member.name, core::format_byte_size(member.stored_bytes),
               core::format_byte_size(member.bytes), grouped(member.records),
               grouped(member.rejected)});
  }
  return "\n" + table.str() + more_line("members", inspection.members.size());
}

std::string refers_lines(const Inspection& inspection) {
  std::string text;
  for (const auto& [name, type] : inspection.types) {
    if (type.refers_to.empty()) continue;
    text += fmt::format("refers    {} to {}\n", name, fmt::join(type.refers_to, " "));
  }
  return text;
}

std::string missing_lines(const Inspection& inspection) {
  std::string text;
  for (const auto& [name, type] : inspection.types) {
    if (type.references.missing == 0) continue;
    std::vector<std::string> targets;
    for (const auto& [target, count] : type.references.missing_by_target)
      targets.push_back(fmt::format("{} {}", grouped(count), target));
    text += fmt::format("missing   {} to {}\n", name, fmt::join(targets, ", "));
  }
  return text;
}

std::string count_line(std::string_view name, const std::map<std::string, std::uint64_t>& counts) {
  if (counts.empty()) return {};
  std::vector<std::string> list;
  list.reserve(counts.size());
  for (const auto& [what, count] : counts) {
    list.push_back(fmt::format("{} {}", grouped(count), what));
  }
  return fmt::format("{:9} {}\n", name, fmt::join(list, ", "));
}

std::string bundle_lines(const Inspection& inspection) {
  std::string text = count_line("bundles", inspection.bundles);
  text += count_line("requests", inspection.requests);
  if (inspection.search_outcomes > 0) {
    text += fmt::format("left out  {} search outcomes\n", grouped(inspection.search_outcomes));
  }
  if (inspection.bad_last_updated > 0) {
    text += fmt::format("dates     {} records have a meta.lastUpdated that is no instant\n",
                        grouped(inspection.bad_last_updated));
  }
  return text;
}

std::string bad_record_lines(const Inspection& inspection) {
  std::string text;
  for (const BadRecord& bad : first_of(inspection.bad_records)) {
    text += fmt::format("rejected  {}:{} (bytes {}-{}): {}\n", bad.member, bad.line, bad.begin,
                        bad.end, bad.reason);
  }
  return text + more_line("rejected", inspection.rejected, inspection.bad_records.size());
}

}  // namespace

std::string inspection_text(const Inspection& inspection) {
  std::string text = type_table(inspection);
  text += reference_table(inspection);
  text += member_table(inspection);
  text += '\n';
  text += refers_lines(inspection);
  text += missing_lines(inspection);
  text += bundle_lines(inspection);
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
