#include "fhir-target/stats.hpp"

#include "core/json_writer.hpp"

namespace fhirehose::target {
namespace {

void write_history(const SightingTally& entries, core::JsonWriter& out) {
  out.key("distinct").number(entries.distinct);
  out.key("again").number(entries.again);
  out.key("again_after_done").number(entries.again_after_done);
}

void write_entries(const RequestTally& asked, const MisconductTally& misconduct,
                   core::JsonWriter& out) {
  out.key("entries").object();
  out.key("received").number(asked.entries);
  out.key("done").number(asked.entries - asked.refused_entries);
  out.key("refused").number(asked.refused_entries);
  if (misconduct.entries) write_history(*misconduct.entries, out);
  out.end_object();
}

}  // namespace

std::string stats_json(const RequestTally& asked, const StoreTally& stored,
                       const MisconductTally& misconduct) {
  core::JsonWriter out;
  out.object();
  out.key("requests").number(asked.requests + misconduct.turned_away);
  out.key("turned_away").number(misconduct.turned_away);
  write_entries(asked, misconduct, out);
  out.key("versions_written").number(stored.versions_written);
  out.key("unchanged").number(stored.unchanged);
  out.key("faults").object();
  for (const auto& [kind, count] : misconduct.faults) out.key(kind).number(count);
  out.end_object().end_object();
  return out.str() + "\n";
}

}  // namespace fhirehose::target
