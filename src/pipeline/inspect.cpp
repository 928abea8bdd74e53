#include "fhirehose/inspect.hpp"

#include <chrono>
#include <utility>

#include "core/json_writer.hpp"
#include "pipeline/peak_memory.hpp"
#include "pipeline/phases.hpp"
#include "pipeline/problem_json.hpp"
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

std::map<std::string, TypeSummary> summarize_types(const index::LoadPlan& plan) {
  std::map<std::string, TypeSummary> types;
  for (std::size_t i = 0; i < plan.types.size(); ++i) {
    const index::TypeFacts& facts = plan.types[i];
    if (facts.read == 0) continue;
    types[std::string(core::kResourceTypeNames[i])] = {facts.read,       facts.duplicate,
                                                       facts.bytes,      facts.without_id,
                                                       facts.numeric_id, names_of(plan.refers[i])};
  }
  return types;
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
    records.push_back(
        {catalog.members()[seen.member].name, seen.line, seen.begin, seen.end, seen.reason});
  }
  return records;
}

Inspection summarize(const source::Catalog& catalog, const index::LoadPlan& plan) {
  Inspection result;
  result.read = plan.read;
  result.duplicate = plan.duplicate;
  result.rejected = plan.rejected;
  result.bytes = plan.bytes;
  result.types = summarize_types(plan);
  result.members = summarize_members(catalog, plan);
  sink::Traits checking;
  checking.checks_references = true;
  result.order = pipeline::describe(pipeline::phases(plan, checking));
  result.bad_records = bad_records(catalog, plan);
  result.problems = pipeline::problems(catalog, plan);
  return result;
}

void append_type(core::JsonWriter& json, const TypeSummary& type) {
  json.object().key("resources").number(type.resources).key("duplicates").number(type.duplicates);
  json.key("bytes").number(type.bytes).key("without_id").number(type.without_id);
  json.key("numeric_ids").number(type.numeric_ids).key("refers_to").array();
  for (const std::string& target : type.refers_to) json.text(target);
  json.end_array().end_object();
}

void append_members(core::JsonWriter& json, const Inspection& inspection) {
  json.key("members").array();
  for (const MemberSummary& member : inspection.members) {
    json.object().key("name").text(member.name).key("stored_bytes").number(member.stored_bytes);
    json.key("bytes").number(member.bytes).key("records").number(member.records);
    json.key("rejected").number(member.rejected).end_object();
  }
  json.end_array();
}

void append_bad_records(core::JsonWriter& json, const Inspection& inspection) {
  json.key("bad_records").array();
  for (const BadRecord& record : inspection.bad_records) {
    json.object().key("member").text(record.member).key("line").number(record.line);
    json.key("begin").number(record.begin).key("end").number(record.end);
    json.key("reason").text(record.reason).end_object();
  }
  json.end_array();
}

}  // namespace

std::variant<Inspection, Refused> inspect(const InputOptions& options, Progress& progress) {
  const auto started = std::chrono::steady_clock::now();
  auto session = pipeline::Session::open(options);
  if (!session) return Refused{session.error().message};
  progress.bytes_total = (*session)->stored_bytes();
  progress.stage = Progress::Stage::kLooking;
  const auto plan = (*session)->look(options.duplicates, progress);
  Inspection result = summarize((*session)->catalog(), *plan);
  result.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  result.peak_rss_bytes = pipeline::peak_memory();
  return result;
}

std::string to_json(const Inspection& inspection) {
  core::JsonWriter json;
  json.object().key("read").number(inspection.read).key("duplicate").number(inspection.duplicate);
  json.key("rejected").number(inspection.rejected).key("bytes").number(inspection.bytes);
  json.key("seconds").number(inspection.seconds, 3);
  json.key("peak_rss_bytes").number(inspection.peak_rss_bytes);
  json.key("types").object();
  for (const auto& [name, type] : inspection.types) append_type(json.key(name), type);
  json.end_object();
  json.key("order").array();
  for (const std::string& type : inspection.order) json.text(type);
  json.end_array();
  append_members(json, inspection);
  append_bad_records(json, inspection);
  pipeline::append_problems(json, inspection.problems);
  return json.end_object().str();
}

}  // namespace fhirehose
