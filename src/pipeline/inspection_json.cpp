#include "core/json_writer.hpp"
#include "fhirehose/inspect.hpp"
#include "pipeline/problem_json.hpp"

namespace fhirehose {
namespace {

void append_size(core::JsonWriter& json, const SizeSummary& size) {
  json.key("size").object().key("p50").number(size.p50).key("p99").number(size.p99);
  json.key("max").number(size.max).end_object();
}

void append_references(core::JsonWriter& json, const ReferenceSummary& references) {
  json.key("references").object().key("present").number(references.present);
  json.key("missing").number(references.missing);
  json.key("conditional").number(references.conditional);
  json.key("contained").number(references.contained);
  json.key("urn_resolved").number(references.urn_resolved);
  json.key("urn_unresolved").number(references.urn_unresolved);
  json.key("other").number(references.other);
  json.key("missing_by_target").object();
  for (const auto& [type, count] : references.missing_by_target) json.key(type).number(count);
  json.end_object().end_object();
}

void append_type(core::JsonWriter& json, const TypeSummary& type) {
  json.object().key("resources").number(type.resources).key("duplicates").number(type.duplicates);
  json.key("bytes").number(type.bytes).key("without_id").number(type.without_id);
  json.key("numeric_ids").number(type.numeric_ids);
  json.key("illegal_ids").number(type.illegal_ids).key("refers_to").array();
  for (const std::string& target : type.refers_to) json.text(target);
  json.end_array();
  append_size(json, type.size);
  append_references(json, type.references);
  json.end_object();
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

void append_counts(core::JsonWriter& json, std::string_view name,
                   const std::map<std::string, std::uint64_t>& counts) {
  json.key(name).object();
  for (const auto& [what, count] : counts) json.key(what).number(count);
  json.end_object();
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

std::string to_json(const Inspection& inspection) {
  core::JsonWriter json;
  json.object().key("read").number(inspection.read).key("duplicate").number(inspection.duplicate);
  json.key("rejected").number(inspection.rejected).key("bytes").number(inspection.bytes);
  json.key("seconds").number(inspection.seconds, 3);
  json.key("peak_rss_bytes").number(inspection.peak_rss_bytes);
  json.key("types").object();
  for (const auto& [name, type] : inspection.types) append_type(json.key(name), type);
  json.end_object();
  append_references(json, inspection.references);
  json.key("order").array();
  for (const std::string& type : inspection.order) json.text(type);
  json.end_array();
  append_members(json, inspection);
  append_counts(json, "bundles", inspection.bundles);
  append_counts(json, "requests", inspection.requests);
  json.key("search_outcomes").number(inspection.search_outcomes);
  json.key("bad_last_updated").number(inspection.bad_last_updated);
  append_bad_records(json, inspection);
  pipeline::append_problems(json, inspection.problems);
  return json.end_object().str();
}

}  // namespace fhirehose
