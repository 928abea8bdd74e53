#include "fhirehose/inspect.hpp"

#include <array>
#include <chrono>
#include <string_view>
#include <utility>

#include "core/duration.hpp"
#include "fhirehose/load.hpp"
#include "index/survey.hpp"
#include "pipeline/own_files.hpp"
#include "pipeline/peak_memory.hpp"
#include "pipeline/phases.hpp"
#include "pipeline/session.hpp"

namespace fhirehose {
namespace {

std::vector<std::string> names_of(const order::TypeSet& types) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (types.test(i)) names.emplace_back(core::kResourceTypeNames[i]);
  }
  return names;
}

ReferenceSummary summarize(const index::ReferenceFacts& facts) {
  ReferenceSummary summary;
  summary.present = facts.present;
  summary.missing = facts.missing;
  summary.conditional = facts.conditional;
  summary.contained = facts.contained;
  summary.urn_resolved = facts.urn_resolved;
  summary.urn_unresolved = facts.urn_unresolved;
  summary.other = facts.other;
  for (std::size_t i = 0; i < facts.missing_of.size(); ++i) {
    if (facts.missing_of[i] == 0) continue;
    summary.missing_by_target[std::string(core::kResourceTypeNames[i])] = facts.missing_of[i];
  }
  return summary;
}

void add(const ReferenceSummary& summary, ReferenceSummary& sum) {
  sum.present += summary.present;
  sum.missing += summary.missing;
  sum.conditional += summary.conditional;
  sum.contained += summary.contained;
  sum.urn_resolved += summary.urn_resolved;
  sum.urn_unresolved += summary.urn_unresolved;
  sum.other += summary.other;
  for (const auto& [type, count] : summary.missing_by_target) sum.missing_by_target[type] += count;
}

TypeSummary summarize(const index::TypeFacts& facts, const index::SurveyedType& surveyed) {
  TypeSummary type;
  type.resources = facts.read;
  type.duplicates = facts.duplicate;
  type.bytes = facts.bytes;
  type.without_id = facts.without_id;
  type.numeric_ids = facts.numeric_id;
  type.illegal_ids = surveyed.illegal_ids;
  type.size = {surveyed.sizes.percentile(50), surveyed.sizes.percentile(99), surveyed.sizes.max()};
  type.references = summarize(surveyed.references);
  return type;
}

/// What the first pass found out, from all that took part in it.
struct Findings {
  const source::Catalog& catalog;
  const index::LoadPlan& plan;
  const index::Survey& survey;
};

void summarize_types(const Findings& found, Inspection& result) {
  for (std::size_t i = 0; i < core::kResourceTypeCount; ++i) {
    const index::SurveyedType* const surveyed = found.survey.of(core::ResourceType(i));
    if (surveyed == nullptr) continue;
    TypeSummary type = summarize(found.plan.types[i], *surveyed);
    type.refers_to = names_of(found.plan.refers.to[i]);
    add(type.references, result.references);
    result.types.emplace(core::kResourceTypeNames[i], std::move(type));
  }
}

std::vector<MemberSummary> summarize_members(const source::Catalog& catalog,
                                             const index::LoadPlan& plan) {
  std::vector<MemberSummary> members;
  for (std::size_t i = 0; i < plan.members.size(); ++i) {
    const index::MemberFacts& facts = plan.members[i];
    const source::Member& member = catalog.members()[i];
    members.push_back(
        {member.name, member.stored_bytes, facts.bytes, facts.records, facts.rejected});
  }
  return members;
}

std::vector<BadRecord> bad_records(const source::Catalog& catalog, const index::LoadPlan& plan) {
  std::vector<BadRecord> records;
  for (const index::SeenRejection& seen : plan.rejections) {
    records.push_back({catalog.members()[seen.member].name, seen.line, seen.begin, seen.end,
                       seen.reason.sentence()});
  }
  return records;
}

constexpr std::array<std::string_view, record::kBundleTypeCount> kBundleTypeNames = {
    "unknown", "transaction", "batch",   "collection", "searchset",
    "history", "document",    "message", "other"};
constexpr std::array<std::string_view, record::kMethodCount> kMethodNames = {
    "", "POST", "PUT", "PATCH", "DELETE", "GET", "other"};

/// Those that there are any of, but for what has no name.
template <std::size_t N>
std::map<std::string, std::uint64_t> named(const std::array<std::string_view, N>& names,
                                           const std::array<std::uint64_t, N>& counts) {
  std::map<std::string, std::uint64_t> list;
  for (std::size_t i = 0; i < N; ++i) {
    if (counts[i] > 0 && !names[i].empty()) list.emplace(names[i], counts[i]);
  }
  return list;
}

Inspection summarize(const Findings& found) {
  Inspection result;
  result.read = found.plan.read;
  result.duplicate = found.plan.duplicate;
  result.rejected = found.plan.rejected;
  result.bytes = found.plan.bytes;
  result.bundles = named(kBundleTypeNames, found.plan.bundles_of_type);
  result.requests = named(kMethodNames, found.plan.requests);
  result.search_outcomes = found.plan.search_outcomes;
  result.bad_last_updated = found.plan.bad_last_updated;
  summarize_types(found, result);
  result.members = summarize_members(found.catalog, found.plan);
  sink::Traits checking;
  checking.checks_references = true;
  result.order = pipeline::describe(pipeline::phases(found.plan, checking));
  result.bad_records = bad_records(found.catalog, found.plan);
  result.problems = pipeline::problems(found.catalog, found.plan);
  return result;
}

}  // namespace

std::variant<Inspection, Refused> inspect(const InputOptions& options, Progress& progress) {
  const auto started = std::chrono::steady_clock::now();
  LoadOptions load;  // whose files lie where they do unless told
  load.input = options;
  auto session = pipeline::Session::open(pipeline::without_own_files(load));
  if (!session) return Refused{session.error().message};
  progress.stage = Progress::Stage::kLooking;
  index::Survey survey;
  const auto plan = (*session)->look(options.duplicates, progress, &survey);
  if (!plan) return Refused{plan.error().message};
  Inspection result = summarize({(*session)->catalog(), **plan, survey});
  if (survey.failure()) result.problems.push_back({"references", survey.failure()->message});
  result.seconds = core::seconds_since(started);
  result.peak_rss_bytes = pipeline::peak_memory();
  return result;
}

}  // namespace fhirehose
