#pragma once

#include <cstdint>
#include <string>

#include "fhir-target/store.hpp"

namespace fhirehose::target {

/// What the endpoint has been asked, since its start or the last reset.
struct RequestTally {
  std::uint64_t requests = 0;          ///< all below the base
  std::uint64_t refused_requests = 0;  ///< answered with 400 or more
  std::uint64_t bundles = 0;
  std::uint64_t entries = 0;          ///< of bundles, and requests that write one resource
  std::uint64_t refused_entries = 0;  ///< alone or of batches; all of a refused transaction
};

/// References of stored resources that point at nothing: relative ones whose target is not there,
/// and any `urn:`. Conditional, absolute and contained ones are not counted. O(bytes stored).
std::uint64_t count_dangling(const Store& store);

/// One JSON object, for `GET /_digest`.
std::string digest_json(const StoreTally& store, const RequestTally& requests,
                        std::uint64_t dangling);

}  // namespace fhirehose::target
