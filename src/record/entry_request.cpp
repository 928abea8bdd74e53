#include "record/entry_request.hpp"

#include <array>
#include <utility>

#include "core/fhir_id.hpp"
#include "record/json_string.hpp"
#include "record/reference_text.hpp"

namespace fhirehose::record {
namespace {

Method method_of(std::string_view spelled) {
  using Named = std::pair<std::string_view, Method>;
  constexpr std::array kMethods = {
      Named{"POST", Method::kPost},     Named{"PUT", Method::kPut}, Named{"PATCH", Method::kPatch},
      Named{"DELETE", Method::kDelete}, Named{"GET", Method::kGet},
  };
  for (const auto& [name, method] : kMethods) {
    if (spells(spelled, name)) return method;
  }
  return Method::kOther;
}

}  // namespace

EntryRequest read_request(std::string_view method, std::string_view url) {
  EntryRequest request;
  if (method.empty()) return request;
  request.method = method_of(method);
  if (request.method != Method::kPut && request.method != Method::kDelete) return request;
  const ReferenceTarget target = read_reference(url);
  request.by_search = target.kind == ReferenceKind::kConditional;
  request.names_target =
      target.kind == ReferenceKind::kRelative || target.kind == ReferenceKind::kAbsolute;
  request.type = target.type;
  request.id = target.id;
  return request;
}

const char* refusal_of(const EntryRequest& request) {
  switch (request.method) {
    case Method::kPatch:
      return "the Bundle's entry is a PATCH: it changes what only the server has, and whole "
             "resources are loaded";
    case Method::kGet:
      return "the Bundle's entry is a GET: it asks for a resource and brings none";
    case Method::kOther:
      return "the Bundle's entry asks for what is none of POST, PUT, PATCH, DELETE and GET";
    case Method::kDelete:
      if (request.by_search)
        return "the Bundle's entry is a DELETE by search: what it would hit is not known";
      if (!request.names_target || !core::is_legal_id(request.id))
        return "the Bundle's entry is a DELETE of what is no Type/id";
      return nullptr;
    default:
      return nullptr;
  }
}

const char* contradiction(const EntryRequest& request, const RecordView& record) {
  if (request.method != Method::kPut || !request.names_target) return nullptr;
  if (request.type != record.type) return "the entry's PUT names another type than its resource is";
  if (request.id != record.id) return "the entry's PUT names another id than its resource has";
  return nullptr;
}

std::string_view version_of(std::string_view etag) {
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  if (etag.size() < 2 || etag.front() != '"' || etag.back() != '"') return {};
  return etag.substr(1, etag.size() - 2);
}

}  // namespace fhirehose::record
