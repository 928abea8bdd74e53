#include <algorithm>

#include "core/json_writer.hpp"
#include "fhirehose/report.hpp"
#include "pipeline/problem_json.hpp"

namespace fhirehose {
namespace {

void append_counts(core::JsonWriter& json, const Counts& counts) {
  json.key("read").number(counts.read);
  json.key("loaded").number(counts.loaded);
  json.key("duplicate").number(counts.duplicate);
  json.key("rejected").number(counts.rejected);
}

void append_types(core::JsonWriter& json, const Report& report) {
  json.key("types").object();
  for (const auto& [type, counts] : report.types) {
    json.key(type.empty() ? "unknown" : type).object();
    append_counts(json, counts);
    json.end_object();
  }
  json.end_object();
}

}  // namespace

std::string to_json(const Report& report) {
  core::JsonWriter json;
  json.object();
  json.key("run").number(static_cast<std::uint64_t>(report.run));
  json.key("state").text(report.state == State::kFinished ? "finished" : "stopped");
  if (!report.stopped_because.empty()) json.key("stopped_because").text(report.stopped_because);
  append_counts(json, report.total);
  if (report.settled_earlier.read > 0) {
    json.key("settled_earlier").object();
    append_counts(json, report.settled_earlier);
    json.end_object();
  }
  if (report.search_outcomes > 0) json.key("search_outcomes").number(report.search_outcomes);
  if (report.bad_last_updated > 0) json.key("bad_last_updated").number(report.bad_last_updated);
  json.key("deferred").object();
  json.key("waited").number(report.deferred.waited);
  json.key("loaded").number(report.deferred.loaded);
  json.key("rejected").number(report.deferred.rejected).end_object();
  json.key("bytes").number(report.bytes);
  json.key("seconds").number(report.seconds, 3);
  json.key("look_seconds").number(report.look_seconds, 3);
  json.key("resources_per_second").number(resources_per_second(report), 1);
  json.key("peak_rss_bytes").number(report.peak_rss_bytes);
  json.key("target").text(report.target);
  if (!report.profile.empty()) json.key("profile").text(report.profile);
  append_types(json, report);
  json.key("requests").object();
  json.key("sent").number(report.requests).key("retried").number(report.retries);
  json.key("bytes").number(report.bytes_sent).end_object();
  json.key("concurrency").object();
  json.key("in_flight").number(std::uint64_t{report.concurrency});
  json.key("entries").number(std::uint64_t{report.batch});
  json.key("why").text(report.concurrency_reason).end_object();
  json.key("order").array();
  for (const std::string& type : report.order) json.text(type);
  json.end_array();
  pipeline::append_problems(json, report.problems);
  return json.end_object().str();
}

bool may_lack_records(const std::vector<Problem>& problems) {
  return std::ranges::any_of(problems, [](const Problem& problem) {
    return problem.harm == Problem::Harm::kMayLackRecords;
  });
}

double resources_per_second(const Report& report) {
  const std::uint64_t loaded = report.total.loaded - report.settled_earlier.loaded;
  return report.seconds > 0 ? static_cast<double>(loaded) / report.seconds : 0;
}

}  // namespace fhirehose
