#include "core/json_writer.hpp"
#include "fhirehose/verify.hpp"
#include "pipeline/problem_json.hpp"

namespace fhirehose {
namespace {

void append_compared(core::JsonWriter& json, const Compared& compared) {
  json.key("source").number(compared.source);
  if (compared.in_target) json.key("in_target").number(*compared.in_target);
  json.key("lacking").number(compared.lacking);
  json.key("compared").number(compared.compared);
  json.key("equal").number(compared.equal);
  json.key("different").number(compared.different);
  json.key("missing").number(compared.missing);
  json.key("unreadable").number(compared.unreadable);
  json.key("rejected").number(compared.rejected);
}

void append_difference(core::JsonWriter& json, const Difference& difference) {
  json.object().key("kind").text(difference.kind);
  json.key("type").text(difference.type).key("id").text(difference.id);
  if (!difference.what.empty()) json.key("what").text(difference.what);
  json.key("member").text(difference.member).key("line").number(difference.line).end_object();
}

void append_sample(core::JsonWriter& json, const Verification& verification) {
  json.key("sample").object();
  json.key("of").number(verification.sampled_of).key("seed").number(verification.seed);
  if (is_equal(verification)) {
    json.key("confidence").number(0.99, 2);
    json.key("share_below").number(verification.share_below, 6);
  }
  json.end_object();
}

}  // namespace

std::string verdict(const Verification& verification) {
  if (!is_equal(verification)) return "not equal";
  const bool whole = !may_lack_records(verification.problems);
  return whole ? "equal" : "equal as far as the input can be read";
}

std::string to_json(const Verification& verification) {
  core::JsonWriter json;
  json.object();
  json.key("state").text(verification.state == State::kFinished ? "finished" : "stopped");
  if (!verification.stopped_because.empty())
    json.key("stopped_because").text(verification.stopped_because);
  json.key("verdict").text(verdict(verification));
  append_compared(json, verification.total);
  json.key("target").text(verification.target);
  json.key("types").object();
  for (const auto& [type, compared] : verification.types) {
    json.key(type).object();
    append_compared(json, compared);
    json.end_object();
  }
  json.end_object();
  json.key("input").object().key("read").number(verification.read);
  json.key("duplicate").number(verification.duplicate);
  json.key("rejected").number(verification.rejected).end_object();
  if (verification.sampled_of > 0) append_sample(json, verification);
  json.key("differences").array();
  for (const Difference& difference : verification.differences) append_difference(json, difference);
  json.end_array();
  json.key("requests").object().key("sent").number(verification.requests);
  json.key("retried").number(verification.retries).end_object();
  json.key("seconds").number(verification.seconds, 3);
  json.key("bytes").number(verification.bytes);
  json.key("peak_rss_bytes").number(verification.peak_rss_bytes);
  pipeline::append_problems(json, verification.problems);
  return json.end_object().str();
}

std::string to_json(const Difference& difference) {
  core::JsonWriter json;
  append_difference(json, difference);
  return json.str();
}

}  // namespace fhirehose
