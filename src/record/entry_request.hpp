#pragma once

#include <string_view>

#include "record/record_batch.hpp"

namespace fhirehose::record {

/// What a Bundle's entry asks for
/// (http://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.request).
struct EntryRequest {
  Method method = Method::kNone;
  bool by_search = false;     ///< PUT and DELETE: `Type?...`
  bool names_target = false;  ///< PUT and DELETE: `Type/id`, also absolute or with a version
  core::ResourceType type{};  ///< of the target
  std::string_view id;        ///< likewise; part of `url`, not checked to be legal
};

/// `method` as spelled, `url` without escapes; both may be empty.
EntryRequest read_request(std::string_view method, std::string_view url);

/// Why what is asked for is not loaded: a sentence; nullptr when it is.
const char* refusal_of(const EntryRequest& request);

/// Why a resource with that type and id is not what the request puts; nullptr when it is.
const char* contradiction(const EntryRequest& request, const RecordView& record);

/// `3` of `W/"3"`; empty for anything else.
std::string_view version_of(std::string_view etag);

}  // namespace fhirehose::record
