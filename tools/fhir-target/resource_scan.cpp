#include "fhir-target/resource_scan.hpp"

#include <simdjson.h>

#include "fhir-target/resource_walk.hpp"

namespace fhirehose::target {
namespace {

namespace ondemand = simdjson::ondemand;

simdjson::error_code walk_all(const Body& body, ResourceScan& scan) {
  ondemand::document document;
  const simdjson::padded_string_view text(body.text().data(), body.text().size(), body.readable());
  if (const auto error = thread_parser().iterate(text).get(document)) return error;
  ondemand::object object;
  if (const auto error = document.get_object().get(object)) return error;
  if (const auto error = ResourceWalk(scan).walk(object)) return error;
  const bool ended = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
  return ended ? simdjson::SUCCESS : simdjson::TRAILING_CONTENT;
}

std::string_view braces(std::string_view text) {
  const std::size_t open = text.find('{');
  return text.substr(open, text.rfind('}') + 1 - open);
}

}  // namespace

tl::unexpected<Refusal> refuse_unparseable(std::string_view why) {
  return refuse(400, "HAPI-0450: Failed to parse request body as JSON resource. Error was: " +
                         std::string(why));
}

Answered<ResourceScan> scan_resource(const Body& body) {
  ResourceScan scan;
  if (body.text().empty()) return refuse_unparseable("HAPI-1861: the body is empty");
  if (const auto error = walk_all(body, scan))
    return refuse_unparseable(std::string("HAPI-1861: ") + simdjson::error_message(error));
  if (!scan.problem.empty()) return refuse_unparseable(scan.problem);
  scan.text = braces(body.text());
  return scan;
}

}  // namespace fhirehose::target
