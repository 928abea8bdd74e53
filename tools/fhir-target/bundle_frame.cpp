#include "fhir-target/bundle_frame.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <simdjson.h>

#include "fhir-target/resource_walk.hpp"

namespace fhirehose::target {
namespace {

namespace ondemand = simdjson::ondemand;
using simdjson::error_code;

/// Reads a Bundle in one pass; resources are walked, or jumped over, where they stand.
class Framer {
 public:
  Framer(const Body& body, Resources resources) : body_(body), resources_(resources) {}

  error_code run();
  Answered<Frame> take();

 private:
  error_code member(ondemand::field& field);
  error_code entries(ondemand::value value);
  error_code entry(ondemand::object object);
  error_code request(ondemand::value value, Entry& entry);
  error_code resource(ondemand::value value, Entry& entry);
  const char* location();

  const Body& body_;
  const Resources resources_;
  ondemand::document document_;
  // Views into the parser's own buffer of unescaped strings.
  std::string_view resource_type_;
  std::string_view type_;
  std::string problem_;
  Frame frame_;
};

error_code Framer::run() {
  const std::string_view text = body_.text();
  const simdjson::padded_string_view padded(text.data(), text.size(), body_.readable());
  if (const auto error = thread_parser().iterate(padded).get(document_)) return error;
  ondemand::object object;
  if (const auto error = document_.get_object().get(object)) return error;
  for (auto found : object) {
    ondemand::field field;
    if (const auto error = std::move(found).get(field)) return error;
    if (const auto error = member(field)) return error;
  }
  const bool ended = document_.current_location().error() == simdjson::OUT_OF_BOUNDS;
  return ended ? simdjson::SUCCESS : simdjson::TRAILING_CONTENT;
}

error_code Framer::member(ondemand::field& field) {
  const ondemand::raw_json_string key = field.key();
  if (key == "resourceType") return field.value().get_string().get(resource_type_);
  if (key == "type") return field.value().get_string().get(type_);
  if (key == "entry") return entries(field.value());
  return simdjson::SUCCESS;
}

error_code Framer::entries(ondemand::value value) {
  ondemand::array array;
  if (const auto error = value.get_array().get(array)) return error;
  for (auto found : array) {
    ondemand::object object;
    if (const auto error = found.get_object().get(object)) return error;
    if (const auto error = entry(object)) return error;
  }
  return simdjson::SUCCESS;
}

error_code Framer::entry(ondemand::object object) {
  Entry& entry = frame_.entries.emplace_back();
  for (auto found : object) {
    ondemand::field field;
    error_code error = std::move(found).get(field);
    if (error != simdjson::SUCCESS) return error;
    const ondemand::raw_json_string key = field.key();
    // No else: what a pass does not ask for, the iterator jumps over.
    if (key == "fullUrl") error = field.value().get_string().get(entry.full_url);
    if (key == "request") error = request(field.value(), entry);
    if (key == "resource" && resources_ == Resources::kScan) error = resource(field.value(), entry);
    if (error != simdjson::SUCCESS) return error;
  }
  return simdjson::SUCCESS;
}

error_code Framer::request(ondemand::value value, Entry& entry) {
  ondemand::object object;
  if (const auto error = value.get_object().get(object)) return error;
  for (auto found : object) {
    ondemand::field field;
    error_code error = std::move(found).get(field);
    if (error != simdjson::SUCCESS) return error;
    const ondemand::raw_json_string key = field.key();
    std::string_view method;
    if (key == "method") error = field.value().get_string().get(method);
    if (!method.empty()) entry.method = read_method(method);
    if (key == "url") error = field.value().get_string().get(entry.url);
    if (key == "ifNoneExist") error = field.value().get_string().get(entry.if_none_exist);
    if (error != simdjson::SUCCESS) return error;
  }
  return simdjson::SUCCESS;
}

error_code Framer::resource(ondemand::value value, Entry& entry) {
  const char* const start = value.raw_json_token().data();
  ondemand::object object;
  if (const auto error = value.get_object().get(object)) return error;
  ResourceScan& scan = entry.resource.emplace();
  if (const auto error = ResourceWalk(scan).walk(object)) return error;
  const std::string_view up_to_next(start, static_cast<std::size_t>(location() - start));
  scan.text = up_to_next.substr(0, up_to_next.rfind('}') + 1);
  if (problem_.empty()) problem_ = scan.problem;
  return simdjson::SUCCESS;
}

/// Where the next token stands: what is before it, back to a brace, is the object just walked.
const char* Framer::location() {
  const char* next = nullptr;
  const bool more = document_.current_location().get(next) == simdjson::SUCCESS;
  return more ? next : body_.text().data() + body_.text().size();
}

Answered<Frame> Framer::take() {
  if (resource_type_ != "Bundle")
    return refuse(400, "HAPI-0450: the body is no Bundle: transactions and batches go to the base");
  if (!problem_.empty()) return refuse_unparseable(problem_);
  if (type_ != "transaction" && type_ != "batch")
    return refuse(400, "HAPI-0527: Unable to process transaction where incoming Bundle.type = " +
                           std::string(type_));
  frame_.kind = type_ == "batch" ? BundleKind::kBatch : BundleKind::kTransaction;
  return std::move(frame_);
}

}  // namespace

Method read_method(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, Method>, 4> kMethods = {
      {{"PUT", Method::kPut},
       {"POST", Method::kPost},
       {"GET", Method::kGet},
       {"DELETE", Method::kDelete}}};
  const auto* const found = std::ranges::find(kMethods, text, [](auto& m) { return m.first; });
  return found == kMethods.end() ? Method::kOther : found->second;
}

Answered<Frame> frame_bundle(const Body& body, Resources resources) {
  if (body.text().empty()) return refuse_unparseable("HAPI-1861: the body is empty");
  Framer framer(body, resources);
  if (const auto error = framer.run())
    return refuse_unparseable(std::string("HAPI-1861: ") + simdjson::error_message(error));
  return framer.take();
}

}  // namespace fhirehose::target
