#include "cli/letter_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/json_member.hpp"
#include "core/json_writer.hpp"

namespace fhirehose::cli {
namespace {

std::string name_of(const ledger::DeadLetter& letter) {
  if (letter.type.empty()) return "-";
  return letter.resource_id.empty() ? letter.type : letter.type + "/" + letter.resource_id;
}

/// What a server's OperationOutcome says, without its brackets; empty where it sent none.
std::string_view issues_of(std::string_view outcome) {
  std::string_view issues = core::raw_member(outcome, "issue");
  if (!issues.starts_with('[')) return {};
  issues.remove_prefix(1);
  issues.remove_suffix(1);
  return issues.find_first_not_of(" \t\r\n") == std::string_view::npos ? std::string_view()
                                                                       : issues;
}

void add_extension(core::JsonWriter& json, std::string_view url, std::string_view kind,
                   std::string_view value) {
  json.object().key("url").text(url).key(kind).raw(value).end_object();
}

/// A reason may name a thousand references.
std::string one_line(const std::string& reason) {
  constexpr std::size_t kReasonShown = 500;
  if (reason.size() <= kReasonShown) return reason;
  const std::size_t end = std::min(reason.find(' ', kReasonShown), reason.size());
  if (end == reason.size()) return reason;
  return reason.substr(0, end) + " ... (--format ndjson has all of it)";
}

std::string json_text(std::string_view text) { return core::JsonWriter().text(text).str(); }

}  // namespace

std::string table_line(const ledger::DeadLetter& letter) {
  return fmt::format("{}:{}  bytes {}-{}  {}  {}  {}", letter.member, letter.line, letter.begin,
                     letter.end, letter.stage, name_of(letter), one_line(letter.reason)) +
         (letter.resolved_by == 0 ? std::string()
                                  : fmt::format("  (loaded by run {})", letter.resolved_by));
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
  if (letter.resolved_by != 0) {
    json.key("resolved_by").number(static_cast<std::uint64_t>(letter.resolved_by));
  }
  return json.end_object().str();
}

std::string outcome_line(const ledger::DeadLetter& letter) {
  constexpr std::string_view kStandard =
      "http://hl7.org/fhir/StructureDefinition/operationoutcome-";
  core::JsonWriter json;
  json.object().key("resourceType").text("OperationOutcome").key("issue").array().object();
  json.key("extension").array();
  add_extension(json, fmt::format("{}file", kStandard), "valueString", json_text(letter.member));
  add_extension(json, fmt::format("{}issue-line", kStandard), "valueInteger",
                std::to_string(letter.line));
  add_extension(json, "urn:fhirehose:bytes", "valueString",
                json_text(fmt::format("{}-{}", letter.begin, letter.end)));
  json.end_array().key("severity").text("error");
  json.key("code").text(letter.stage == "validate" ? "structure" : "processing");
  json.key("details").object().key("text").text(letter.reason).end_object();
  json.key("diagnostics")
      .text(fmt::format("{}:{}, bytes {}-{}, stage {}, {} attempts", letter.member, letter.line,
                        letter.begin, letter.end, letter.stage, letter.attempts));
  json.end_object();
  if (const auto issues = issues_of(letter.outcome); !issues.empty()) json.raw(issues);
  return json.end_array().end_object().str();
}

}  // namespace fhirehose::cli
