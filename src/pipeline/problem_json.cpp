#include "pipeline/problem_json.hpp"

namespace fhirehose::pipeline {

void append_problems(core::JsonWriter& json, const std::vector<Problem>& problems) {
  json.key("problems").array();
  for (const Problem& problem : problems) {
    json.object().key("where").text(problem.where).key("what").text(problem.what);
    json.key("harmless").raw(problem.harm == Problem::Harm::kNone ? "true" : "false").end_object();
  }
  json.end_array();
}

}  // namespace fhirehose::pipeline
