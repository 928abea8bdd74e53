#pragma once

#include <string>

#include "fhir-target/digest.hpp"
#include "fhir-target/misconduct.hpp"
#include "fhir-target/store.hpp"

namespace fhirehose::target {

/// One JSON object, for `GET /_stats`: what came, what was done, what was made to go wrong, and
/// what came again although it need not have. O(1), unlike the digest.
std::string stats_json(const RequestTally& asked, const StoreTally& stored,
                       const MisconductTally& misconduct);

}  // namespace fhirehose::target
