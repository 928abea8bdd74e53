#include "fhir-target/entry_answer.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/resource_type.hpp"

namespace fhirehose::target {
namespace {

using StatusLine = std::pair<int, std::string_view>;
constexpr std::array<StatusLine, 19> kStatusLines = {{{200, "200 OK"},
                                                      {201, "201 Created"},
                                                      {204, "204 No Content"},
                                                      {400, "400 Bad Request"},
                                                      {401, "401 Unauthorized"},
                                                      {403, "403 Forbidden"},
                                                      {404, "404 Not Found"},
                                                      {405, "405 Method Not Allowed"},
                                                      {408, "408 Request Timeout"},
                                                      {409, "409 Conflict"},
                                                      {412, "412 Precondition Failed"},
                                                      {413, "413 Payload Too Large"},
                                                      {422, "422 Unprocessable Entity"},
                                                      {425, "425 Too Early"},
                                                      {429, "429 Too Many Requests"},
                                                      {500, "500 Internal Server Error"},
                                                      {502, "502 Bad Gateway"},
                                                      {503, "503 Service Unavailable"},
                                                      {504, "504 Gateway Timeout"}}};

int status_of(Written::Effect effect) {
  if (effect == Written::Effect::kCreated) return 201;
  return effect == Written::Effect::kDeleted ? 204 : 200;
}

}  // namespace

std::string_view status_line(int status) {
  const auto* const found = std::ranges::find(kStatusLines, status, &StatusLine::first);
  return found == kStatusLines.end() ? std::string_view() : found->second;
}

EntryAnswer answer_of(const Written& written) {
  EntryAnswer answer{.status = status_of(written.effect), .version = written.version};
  if (written.effect == Written::Effect::kDeleted) return answer;
  const std::string_view type = core::name_of(written.type);
  answer.location.reserve(type.size() + written.id.size() + 16);
  answer.location.append(type).append("/").append(written.id).append("/_history/");
  answer.location += std::to_string(written.version);
  return answer;
}

EntryAnswer answer_of(const Refusal& refusal) {
  return {.status = refusal.status, .outcome = operation_outcome(refusal)};
}

void append_entry(std::string& out, const EntryAnswer& answer) {
  out += '{';
  if (!answer.resource.empty()) out.append("\"resource\":").append(answer.resource).append(",");
  out.append(R"("response":{"status":")").append(status_line(answer.status)).append("\"");
  if (!answer.location.empty()) out.append(R"(,"location":")").append(answer.location).append("\"");
  if (answer.version != 0)
    out.append(R"(,"etag":"W/\")").append(std::to_string(answer.version)).append(R"(\"")");
  if (!answer.outcome.empty()) out.append(",\"outcome\":").append(answer.outcome);
  out += "}}";
}

}  // namespace fhirehose::target
